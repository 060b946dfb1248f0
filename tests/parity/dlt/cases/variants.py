"""A value of another type goes to a column of its own."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"n": 1}, {"n": "x"}, {"n": 2.5}, {"n": True}, {"n": "7"}], table_name="rows")
