"""A row that is replaced loses the values that do not come again."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "w": 1}]))
    pipeline.run(rows([{"id": 1, "v": "b", "x": True}, {"id": 2, "w": 5}]))
