"""Nested rows of a key that is there."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "insert-only"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "l": [1]}]))
    pipeline.run(rows([{"id": 1, "l": [5, 6]}, {"id": 2, "l": [7]}]))
