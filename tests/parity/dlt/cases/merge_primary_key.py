"""Rows with the same key are replaced, with their children."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "tags": ["x", "y"]}, {"id": 2, "v": "b", "tags": ["z"]}]))
    pipeline.run(rows([{"id": 2, "v": "c", "tags": []}, {"id": 3, "v": "d", "tags": ["w"]}]))
