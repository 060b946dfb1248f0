"""A strategy that needs a key and has none."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition={"disposition": "merge", "strategy": "upsert"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1}]))
