"""Two rows of one load have one key."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "l": [1]}, {"id": 1, "v": "b", "l": [2, 3]}, {"id": 2, "v": "c", "l": []}]))
