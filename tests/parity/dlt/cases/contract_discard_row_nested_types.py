"""A row with a wrong type goes, with its lists."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "list": [{"x": 1}]}], table_name="rows")
    pipeline.run(
        [{"id": "two", "list": [{"x": 2}]}, {"id": 3, "list": [{"x": "three"}, {"x": 4}]}],
        table_name="rows",
        schema_contract={"data_type": "discard_row"},
    )
    pipeline.run(
        [{"id": "four", "list": [{"x": 2}]}, {"id": 5, "list": [{"x": "six"}, {"x": 7}]}],
        table_name="rows",
        schema_contract={"data_type": "discard_value"},
    )
