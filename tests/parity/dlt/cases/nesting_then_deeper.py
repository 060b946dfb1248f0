"""A limit that is lifted later."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    item = {"id": 1, "d": {"e": 1}, "l": [{"m": 1}]}
    pipeline.run(dlt.resource([item], name="rows", max_table_nesting=0))
    pipeline.run(dlt.resource([item], name="rows", max_table_nesting=2))
