"""A column that stays JSON."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(
        [{"id": 1, "doc": {"a": [1, {"b": None}]}, "list": [1, 2]}],
        table_name="rows",
        columns={"doc": {"data_type": "json"}, "list": {"data_type": "json"}},
    )
