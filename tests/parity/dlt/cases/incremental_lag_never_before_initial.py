"""A lag does not reach before the initial value."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at=dlt.sources.incremental("at", initial_value=10, lag=100)):
        seen.append(at.start_value)
        yield items

    seen = []
    pipeline.run(rows([{"at": 10}, {"at": 12}]))
    pipeline.run(rows([{"at": 9}, {"at": 10}, {"at": 13}]))
    return [seen, pipeline.state["sources"]]
