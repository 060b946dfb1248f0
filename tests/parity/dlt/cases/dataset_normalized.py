"""A dataset's name in snake case."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="MyData Set")
    pipeline.run([{"id": 1}], table_name="rows")
    return pipeline.dataset_name
