"""Of several rows with one key in a load one stays."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "v": 1}, {"id": 1, "v": 1}], table_name="rows", write_disposition="merge", primary_key="id")
