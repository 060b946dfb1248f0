"""Five levels of lists and dicts."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"a": [{"b": [{"c": [{"d": [{"e": 1}]}]}]}]}], table_name="rows")
