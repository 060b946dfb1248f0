"""A pipeline that is attached to goes on where it was."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
    again = dlt.attach("case")
    info = again.run([{"id": 2}], table_name="rows")
    return [again.pipeline_name, again.dataset_name, again.default_schema_name, info.first_run]
