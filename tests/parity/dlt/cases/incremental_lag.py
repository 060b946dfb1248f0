"""A lag loads a stretch again."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def rows(items, at=dlt.sources.incremental("at", initial_value=0, lag=2)):
        yield items

    pipeline.run(rows([{"id": 1, "at": 5}, {"id": 2, "at": 8}]))
    pipeline.run(rows([{"id": 1, "at": 5}, {"id": 2, "at": 7}, {"id": 3, "at": 6}]))
    return pipeline.state["sources"]
