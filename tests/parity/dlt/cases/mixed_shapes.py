"""A key that is a value, a dict and a list in turn."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "v": 1}, {"id": 2, "v": {"x": 2}}, {"id": 3, "v": [3, 4]}, {"id": 4}], table_name="rows")
