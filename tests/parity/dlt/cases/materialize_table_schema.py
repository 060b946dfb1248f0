"""A table without rows."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(columns={"id": {"data_type": "bigint"}, "name": {"data_type": "text", "nullable": False}})
    def rows():
        yield dlt.mark.materialize_table_schema()

    pipeline.run(rows())
