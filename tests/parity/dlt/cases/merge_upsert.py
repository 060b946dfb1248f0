"""Upsert on the key, with ids that are hashes of it."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "tags": ["x", "y"]}, {"id": 2, "v": "b", "tags": ["z"]}]))
    pipeline.run(rows([{"id": 2, "v": "c", "tags": ["q"]}]))
