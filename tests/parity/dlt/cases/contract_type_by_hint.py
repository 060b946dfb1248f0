"""A hint that changes the type of a column under a contract."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
    pipeline.run(
        [{"id": 2}],
        table_name="rows",
        columns={"id": {"data_type": "text"}},
        schema_contract={"data_type": "discard_value"},
    )
    pipeline.run(
        [{"id": 3}], table_name="rows", columns={"id": {"data_type": "text"}}, schema_contract={"data_type": "freeze"}
    )
