"""A second run replaces the rows and the child rows."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "tags": ["a", "b"]}], table_name="rows", write_disposition="replace")
    pipeline.run([{"id": 2, "tags": ["c"]}], table_name="rows", write_disposition="replace")
