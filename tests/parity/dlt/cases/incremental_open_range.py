"""An open start excludes the last value."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at=dlt.sources.incremental("at", initial_value=1, range_start="open")):
        yield items

    pipeline.run(rows([{"at": 1}, {"at": 2}]))
    pipeline.run(rows([{"at": 2}, {"at": 3}]))
    return pipeline.state["sources"]
