"""Rows that do not arrive are deleted."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "cdc"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "l": [1]}, {"id": 2, "v": "b", "l": [2]}]))
    pipeline.run(rows([{"id": 2, "v": "c", "l": [3]}, {"id": 3, "v": "d", "l": []}]))
