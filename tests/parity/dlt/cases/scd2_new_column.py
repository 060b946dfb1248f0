"""A column that comes later makes new versions of the rows that have it."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition={"disposition": "merge", "strategy": "scd2"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a"}, {"id": 2, "v": "b"}]))
    pipeline.run(rows([{"id": 1, "v": "a", "w": 1}, {"id": 2, "v": "b"}]))
