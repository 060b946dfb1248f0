"""A table that is merged after it was appended to."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    rows = [{"id": 1, "v": "a", "tags": ["x"]}, {"id": 2, "v": "b", "tags": ["y"]}]
    pipeline.run(rows, table_name="rows", primary_key="id")
    pipeline.run([{"id": 2, "v": "c", "tags": ["z"]}], table_name="rows", primary_key="id", write_disposition="merge")
