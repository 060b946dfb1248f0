"""A cursor that does not compare with the last value."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at=dlt.sources.incremental("at", initial_value=1)):
        yield items

    pipeline.run(rows([{"at": 2}]))
    try:
        pipeline.run(rows([{"at": "text"}]))
    except Exception as error:
        return [error.step, type(error.exception).__name__]
