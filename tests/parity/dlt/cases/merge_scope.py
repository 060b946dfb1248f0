"""A scope says which rows the load replaces."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(
        write_disposition={"disposition": "merge", "strategy": "delete-insert", "destination_scope": "day = 1"}
    )
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "day": 1, "l": [1]}, {"id": 2, "day": 2, "l": [2]}]))
    pipeline.run(rows([{"id": 3, "day": 1, "l": [3]}]))
