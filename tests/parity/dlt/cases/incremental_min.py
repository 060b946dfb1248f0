"""The lowest value counts."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at=dlt.sources.incremental("at", last_value_func=min)):
        yield items

    pipeline.run(rows([{"at": 5}, {"at": 3}]))
    pipeline.run(rows([{"at": 4}, {"at": 2}]))
    return pipeline.state["sources"]
