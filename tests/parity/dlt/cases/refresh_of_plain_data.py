"""A refresh of plain data drops columns that are gone; the pipeline may be told to do so each time."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data", refresh="drop_resources")
    pipeline.run([{"id": 1, "old": True}], table_name="rows")
    pipeline.run([{"id": 1}], table_name="others")
    pipeline.run([{"id": 2, "new": True}], table_name="rows")
    return sorted(pipeline.default_schema.data_table_names())
