"""Record batches, one after the other."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition="replace")
    def rows():
        yield pa.RecordBatch.from_pydict({"id": [1, 2]})
        yield pa.RecordBatch.from_pydict({"id": [3]})

    pipeline.run(rows())
