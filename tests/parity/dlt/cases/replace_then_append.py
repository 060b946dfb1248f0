"""A replaced table is appended to."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows", write_disposition="replace")
    pipeline.run([{"id": 2}], table_name="rows", write_disposition="append")
