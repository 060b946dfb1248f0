"""A variant breaks a frozen type."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
    pipeline.run([{"id": "x"}], table_name="rows", schema_contract={"data_type": "freeze"})
