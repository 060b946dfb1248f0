"""Two columns are the key."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key=("a", "b"), write_disposition="merge")
    def rows(items):
        yield items

    pipeline.run(rows([{"a": 1, "b": 1, "v": 1}, {"a": 1, "b": 2, "v": 2}]))
    pipeline.run(rows([{"a": 1, "b": 2, "v": 3}]))
