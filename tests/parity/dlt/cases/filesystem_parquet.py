"""Parquet with nested columns and many types."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int16()),
            "price": [Decimal("1.50"), None],
            "day": [dt.date(2024, 2, 29), None],
            "at": pa.array([dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC), None], pa.timestamp("us", "UTC")),
            "half": pa.array([0.5, None], pa.float32()),
            "raw": [b"ab", None],
            "point": [{"x": 1, "y": "a"}, {"x": 2, "y": None}],
            "tags": [["a", "b"], []],
        }
    )
    pq.write_table(table, folder / "a.parquet")
    from dlt.sources.filesystem import filesystem, read_parquet

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.parquet")
    pipeline.run((files | read_parquet()).with_name("rows"))
