"""A resource that is not selected feeds others only."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(selected=False)
    def numbers():
        yield from range(3)

    @dlt.transformer(data_from=numbers)
    def doubled(n):
        yield {"n": n * 2}

    @dlt.source
    def shop():
        return numbers, doubled

    pipeline.run(shop())
