"""A cursor that is null is an error of its own."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(at=dlt.sources.incremental("at")):
        yield [{"id": 1, "at": None}]

    try:
        pipeline.run(rows())
    except Exception as error:
        return [type(error).__name__, error.step, type(error.exception).__name__]
