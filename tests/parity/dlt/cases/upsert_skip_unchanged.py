"""Rows that did not change keep the load that brought them."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert", "skip_unchanged_rows": True}
    )
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "l": [1]}, {"id": 2, "v": None, "l": [2]}]))
    pipeline.run(rows([{"id": 1, "v": "a", "l": [5]}, {"id": 2, "v": "b", "l": [2]}, {"id": 3, "v": "c", "l": []}]))
