"""Nested rows belong to a version."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition={"disposition": "merge", "strategy": "scd2"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "l": [{"n": 1, "t": ["a", "b"]}, {"n": 2}]}, {"id": 2, "l": [{"n": 3}]}]))
    pipeline.run(rows([{"id": 1, "l": [{"n": 1, "t": ["a", "c"]}]}, {"id": 2, "l": [{"n": 3}]}]))
