"""A merge without keys appends."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    for _ in range(2):
        pipeline.run([{"id": 1}], table_name="rows", write_disposition="merge")
