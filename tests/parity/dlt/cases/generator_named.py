"""A generator gives the table its name."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def squares():
        yield from ({"n": n} for n in range(3))

    pipeline.run(squares())
