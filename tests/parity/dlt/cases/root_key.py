"""Child rows carry the root's key."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source(root_key=True)
    def shop():
        return dlt.resource([{"id": 1, "l": [{"m": [1]}]}], name="rows")

    pipeline.run(shop())
