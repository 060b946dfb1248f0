"""Rows that the filter leaves out take no part."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        merge_key="id", write_disposition={"disposition": "merge", "strategy": "scd2", "source_filter": "v <> 'skip'"}
    )
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "l": [1]}, {"id": 2, "v": "skip", "l": [2]}]))
    pipeline.run(rows([{"id": 1, "v": "skip", "l": [1]}, {"id": 2, "v": "b", "l": [2]}]))
