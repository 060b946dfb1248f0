"""Contracts over the columns of tables."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def load(mode):
        @dlt.resource(name=f"rows_{mode}", schema_contract={"columns": mode})
        def rows(table):
            yield table

        pipeline.run(rows(pa.table({"id": [1]})))
        try:
            pipeline.run(rows(pa.table({"id": [2], "more": [1]})))
        except Exception as error:
            return [type(error).__name__, error.step, type(error.__context__).__name__]

    return [load(mode) for mode in ("evolve", "discard_value", "discard_row", "freeze")]
