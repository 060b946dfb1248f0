"""A cursor without data keeps its initial value."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at=dlt.sources.incremental("at", initial_value=5)):
        yield items

    pipeline.run(rows([]))
    first = pipeline.state.get("sources")
    pipeline.run(rows([{"at": 1}]))
    return [first, pipeline.state["sources"]]
