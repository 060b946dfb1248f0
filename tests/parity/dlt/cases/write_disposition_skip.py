"""Nothing is loaded."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
    pipeline.run(dlt.resource([{"id": 2}], name="rows", write_disposition="skip"))
