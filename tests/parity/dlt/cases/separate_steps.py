"""Extract, normalize and load one after the other."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.extract([{"id": 1}], table_name="rows")
    pipeline.normalize()
    info = pipeline.load()
    return [len(info.loads_ids), pipeline.has_pending_data]
