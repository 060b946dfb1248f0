"""A table that is materialized without rows retires all."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition={"disposition": "merge", "strategy": "scd2"})
    def rows(items):
        yield items or dlt.mark.materialize_table_schema()

    pipeline.run(rows([{"id": 1}]))
    pipeline.run(rows([]))
