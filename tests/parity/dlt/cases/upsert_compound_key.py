"""A key of two columns."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key=["a", "b"], write_disposition={"disposition": "merge", "strategy": "upsert"})
    def rows(items):
        yield items

    pipeline.run(rows([{"a": 1, "b": "x", "v": 1, "l": [1]}, {"a": 1, "b": "y", "v": 2, "l": [2]}]))
    pipeline.run(rows([{"b": "y", "a": 1, "v": 3, "l": [3, 4]}]))
