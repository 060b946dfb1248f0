"""A list of dicts appended twice."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    for _ in range(2):
        pipeline.run([{"id": 1, "name": "a"}, {"id": 2, "name": None}], table_name="rows")
