"""A table's name given to run."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(dlt.resource([{"id": 1}], name="rows"), table_name="other")
