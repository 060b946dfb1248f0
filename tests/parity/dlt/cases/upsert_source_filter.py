"""Rows that the filter leaves out take no part."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert", "source_filter": "v > 1"}
    )
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": 5, "l": [1]}, {"id": 2, "v": 1, "l": [2]}]))
    pipeline.run(rows([{"id": 1, "v": 0, "l": [9]}, {"id": 2, "v": 3, "l": [8]}]))
