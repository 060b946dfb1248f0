"""A replaced resource that yields nothing leaves an empty table."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition="replace")
    def rows(items):
        yield from items

    pipeline.run(rows([{"id": 1, "tags": ["a"]}]))
    pipeline.run(rows([]))
