"""A schema's version rises with what changes it."""

from typing import Any


def run(dlt: Any, work_dir: Any) -> Any:
    pipeline = dlt.pipeline("versions", destination="duckdb", dataset_name="data")
    versions = []
    for item in ({"id": 1}, {"id": 2}, {"id": 3, "name": "a"}):
        pipeline.run([item], table_name="items")
        versions.append((pipeline.default_schema.version, pipeline.default_schema.stored_version))
    return versions
