"""A marked row is not inserted, and deletes nothing."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        primary_key="id",
        columns={"gone": {"hard_delete": True}},
        write_disposition={"disposition": "merge", "strategy": "insert-only"},
    )
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "gone": False}, {"id": 2, "gone": True}]))
    pipeline.run(rows([{"id": 1, "gone": True}, {"id": 3, "gone": None}]))
