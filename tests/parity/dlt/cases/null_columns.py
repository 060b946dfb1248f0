"""A column that is always null is not made."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "never": None}], table_name="rows")
    pipeline.run([{"id": 2, "never": "now"}], table_name="rows")
