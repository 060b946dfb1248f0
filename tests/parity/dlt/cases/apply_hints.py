"""Hints changed after the fact."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        yield {"id": 1, "v": "a"}

    resource = rows()
    resource.apply_hints(
        table_name="renamed",
        primary_key="id",
        write_disposition="merge",
        columns=[{"name": "v", "data_type": "text", "nullable": False}],
    )
    pipeline.run(resource)
