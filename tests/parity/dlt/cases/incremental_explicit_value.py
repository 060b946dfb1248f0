"""A start passed as a plain value."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(at=dlt.sources.incremental("at")):
        yield [{"at": n} for n in range(5)]

    pipeline.run(rows(at=3))
    return pipeline.state["sources"]
