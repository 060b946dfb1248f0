"""Nested rows of a version that did not change."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition={"disposition": "merge", "strategy": "scd2", "row_version_column_name": "ver"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "ver": "a", "l": [1]}, {"id": 2, "ver": "b", "l": [2]}]))
    pipeline.run(rows([{"id": 1, "ver": "a", "l": [1]}, {"id": 2, "ver": "c", "l": [3]}]))
