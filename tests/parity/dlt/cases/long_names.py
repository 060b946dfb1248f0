"""Names of two hundred characters."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"k" * 200: 1, "ids": [{"n" * 150: 2}]}], table_name="t" * 100)
