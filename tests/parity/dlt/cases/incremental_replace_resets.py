"""A replace forgets the cursor only when it is asked for by refresh or by the disposition."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition="append")
    def rows(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield items

    pipeline.run(rows([{"at": 1}, {"at": 2}]))
    pipeline.run(rows([{"at": 1}, {"at": 3}]))
    pipeline.run(rows([{"at": 1}, {"at": 3}]), write_disposition="replace")
    return pipeline.state["sources"]
