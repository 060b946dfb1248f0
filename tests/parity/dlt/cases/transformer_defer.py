"""Deferred items."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def numbers():
        yield from range(4)

    @dlt.transformer
    def looked_up(n):
        @dlt.defer
        def get():
            return {"n": n, "square": n * n}

        yield get()

    pipeline.run(numbers | looked_up)
