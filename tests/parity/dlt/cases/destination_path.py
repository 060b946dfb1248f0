"""A destination with a path."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination=dlt.destinations.duckdb("shop.duckdb"), dataset_name="data")
    pipeline.run([{"id": 1}], table_name="rows")
