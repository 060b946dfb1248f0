"""Resources that run in threads."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(parallelized=True)
    def one():
        yield from ({"id": n} for n in range(5))

    @dlt.resource(parallelized=True)
    def two():
        yield from ({"id": n} for n in range(5))

    @dlt.source
    def shop():
        return one, two

    pipeline.run(shop())
