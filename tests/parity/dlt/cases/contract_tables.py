"""New tables are dropped."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
    pipeline.run([{"id": 2}], table_name="others", schema_contract={"tables": "discard_row"})
