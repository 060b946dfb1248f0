"""A source's contract holds for its resources."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source(schema_contract={"columns": "discard_value"})
    def shop(items):
        return dlt.resource(items, name="rows")

    pipeline.run(shop([{"id": 1}]))
    pipeline.run(shop([{"id": 2, "new": "x"}]))
