"""A row that is marked deleted and was never there."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        primary_key="id",
        columns={"gone": {"hard_delete": True}},
        write_disposition={"disposition": "merge", "strategy": "upsert"},
    )
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "gone": False}]))
    pipeline.run(rows([{"id": 9, "gone": True}]))
