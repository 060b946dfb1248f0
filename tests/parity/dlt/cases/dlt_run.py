"""The shortest way."""

from __future__ import annotations


def run(dlt, tmp):
    dlt.pipeline("case", destination="duckdb", dataset_name="data")
    dlt.run([{"id": 1}], table_name="rows")
    return dlt.pipeline().pipeline_name
