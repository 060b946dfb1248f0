"""A version that was retired becomes valid again."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition={"disposition": "merge", "strategy": "scd2"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "v": "a", "l": [1, 2]}, {"id": 2, "v": "b", "l": [3]}]))
    pipeline.run(rows([{"id": 2, "v": "b", "l": [3]}]))
    pipeline.run(rows([{"id": 1, "v": "a", "l": [1, 2]}, {"id": 2, "v": "b", "l": [3]}]))
    pipeline.run(rows([{"id": 1, "v": "a", "l": [1, 2]}, {"id": 2, "v": "b", "l": [3]}]))
