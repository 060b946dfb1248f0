"""A new column breaks a frozen table."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(schema_contract={"columns": "freeze"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1}]))
    pipeline.run(rows([{"id": 2, "new": 1}]))
