"""Frames, tables and batches that generators yield, with hints."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition="merge")
    def mixed():
        yield pa.table({"id": [1, 2], "extra": ["a", None]})
        yield pa.RecordBatch.from_pydict({"id": [3], "extra": ["c"]})

    @dlt.resource
    def frames():
        yield pd.DataFrame({"id": [1], "v": [1.5]})
        yield [pd.DataFrame({"id": [2], "v": [2.5]}), pd.DataFrame({"id": [3], "v": [3.5]})]

    @dlt.resource
    def polar():
        yield pl.DataFrame({"id": [1], "name": ["x"]})

    pipeline.run([mixed(), frames(), polar()])
    pipeline.run(mixed())
