"""A marked row is deleted."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge", columns={"gone": {"hard_delete": True}})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "gone": False}, {"id": 2, "gone": None}]))
    pipeline.run(rows([{"id": 1, "gone": True}]))
