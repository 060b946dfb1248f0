"""A pipe of a resource and a transformer with arguments."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def numbers():
        yield [1, 2, 3]

    @dlt.transformer
    def scaled(items, factor, offset=0):
        for item in items:
            yield {"n": item * factor + offset}

    pipeline.run(numbers | scaled(10, offset=1))
