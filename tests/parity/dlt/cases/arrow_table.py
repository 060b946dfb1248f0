"""An arrow table."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(
        pa.table({"id": [1, 2], "Name Of": ["a", None], "at": pa.array([1, 2], pa.timestamp("us", "UTC"))}),
        table_name="rows",
    )
