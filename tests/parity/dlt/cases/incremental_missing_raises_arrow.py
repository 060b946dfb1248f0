"""A null cursor in a table is an error unless said otherwise."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(at=dlt.sources.incremental("at")):
        yield pa.table({"id": [1, 2], "at": pa.array([1, None], pa.int64())})

    pipeline.run(rows())
