"""A lag for a cursor that runs backwards."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at=dlt.sources.incremental("at", initial_value=100, last_value_func=min, lag=5)):
        seen.append(at.start_value)
        yield items

    seen = []
    pipeline.run(rows([{"at": 50}, {"at": 60}]))
    pipeline.run(rows([{"at": 54}, {"at": 56}, {"at": 40}]))
    return [seen, pipeline.state["sources"]]
