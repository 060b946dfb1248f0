"""New columns come at the end."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
    pipeline.run([{"id": 2, "b": "x", "a": [{"c": 1}]}], table_name="rows")
