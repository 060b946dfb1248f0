"""Items marked with a table."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def events():
        yield dlt.mark.with_table_name([{"id": 1}], "first")
        yield dlt.mark.with_table_name([{"id": 2}], "second")

    pipeline.run(events())
