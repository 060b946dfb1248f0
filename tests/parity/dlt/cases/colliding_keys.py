"""The last of two keys with one name wins."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"Key": 1, "key": 2}], table_name="rows")
