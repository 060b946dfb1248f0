"""A cursor in a transformer."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def pages():
        yield [1, 2]

    @dlt.transformer
    def rows(items, at=dlt.sources.incremental("at", initial_value=2)):
        yield [{"at": n} for n in items]

    for _ in range(2):
        pipeline.run(pages | rows)
    return pipeline.state["sources"]
