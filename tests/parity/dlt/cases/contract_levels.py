"""Contracts at the resource, the source and the call, each over the one below."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source(schema_contract={"columns": "discard_value"})
    def shop(rows, contract=None):
        return dlt.resource(rows, name="rows", schema_contract=contract)

    pipeline.run(shop([{"id": 1}]))
    pipeline.run(shop([{"id": 2, "source": 1}]))
    pipeline.run(shop([{"id": 3, "resource": 1}], {"columns": "evolve"}))
    pipeline.run(shop([{"id": 4, "call": 1}]), schema_contract={"columns": "discard_row"})
    pipeline.run(shop([{"id": 5, "late": 1}]))
