"""Rows that do not arrive are deleted within the merge keys that do."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", merge_key="day", write_disposition={"disposition": "merge", "strategy": "cdc"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "day": 1}, {"id": 2, "day": 1}, {"id": 3, "day": 2}]))
    pipeline.run(rows([{"id": 2, "day": 1}]))
