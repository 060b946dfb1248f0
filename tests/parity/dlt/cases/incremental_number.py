"""A cursor of numbers, three runs."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id")
    def rows(items, at=dlt.sources.incremental("at", initial_value=1)):
        yield items

    pipeline.run(rows([{"id": 0, "at": 0}, {"id": 1, "at": 1}, {"id": 2, "at": 3}, {"id": 3, "at": 3}]))
    pipeline.run(rows([{"id": 2, "at": 3}, {"id": 4, "at": 3}, {"id": 5, "at": 4}]))
    pipeline.run(rows([]))
    return pipeline.state["sources"]
