"""A marked row takes its nested rows along."""

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

    pipeline.run(rows([{"id": 1, "gone": False, "l": [1, 2]}, {"id": 2, "gone": None, "l": [3]}]))
    pipeline.run(rows([{"id": 1, "gone": True, "l": [1]}, {"id": 2, "gone": False, "l": [4]}]))
