"""A key that is there keeps its row."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "insert-only"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a"}, {"id": 2, "v": "b"}]))
    pipeline.run(rows([{"id": 2, "v": "x"}, {"id": 3, "v": "c"}]))
