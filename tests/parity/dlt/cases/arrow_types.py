"""The types of arrow columns."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(
        pa.table(
            {
                "i8": pa.array([1], pa.int8()),
                "i32": pa.array([1], pa.int32()),
                "f": pa.array([1.5], pa.float32()),
                "b": [True],
                "d": pa.array([1], pa.date32()),
                "ts": pa.array([1], pa.timestamp("ms")),
                "dec": pa.array([Decimal("1.25")], pa.decimal128(10, 2)),
                "bin": pa.array([b"x"]),
                "big": pa.array(["x"], pa.large_string()),
            }
        ),
        table_name="rows",
    )
