"""A transformer may return its item."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def numbers():
        yield {"n": 1}
        yield {"n": 2}

    @dlt.transformer
    def doubled(item):
        return {**item, "n": item["n"] * 2}

    pipeline.run(numbers() | doubled)
