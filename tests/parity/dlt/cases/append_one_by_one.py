"""Dicts yielded one at a time."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows():
        for number in range(5):
            yield {"id": number, "square": number * number}

    pipeline.run(rows, table_name="rows")
