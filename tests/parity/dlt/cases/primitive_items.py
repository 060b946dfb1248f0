"""Items that are no dicts go to a column `value`."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([1, 2, 3], table_name="numbers")
    pipeline.run(["a", "b"], table_name="letters")
