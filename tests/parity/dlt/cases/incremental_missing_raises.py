"""An item without a cursor is an error."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(at=dlt.sources.incremental("at")):
        yield {"id": 1}

    pipeline.run(rows())
