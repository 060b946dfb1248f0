"""Columns of nested dicts come after the others, the last dict first."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"x": {"p": 1}, "z": 2, "y": {"q": 3}, "w": 4}], table_name="rows")
