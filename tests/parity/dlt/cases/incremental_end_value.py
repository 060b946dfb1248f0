"""A range with an end is loaded and not remembered."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(at=dlt.sources.incremental("at")):
        yield [{"at": n} for n in range(10)]

    pipeline.run(rows(at=dlt.sources.incremental("at", initial_value=3, end_value=6)))
    return pipeline.state.get("sources")
