"""A table that refers to another."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(references=[{"referenced_table": "people", "columns": ["person_id"], "referenced_columns": ["id"]}])
    def orders():
        yield {"id": 1, "person_id": 1}

    pipeline.run(orders())
