"""Each Python type has its column type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(
        [
            {
                "t": "a",
                "i": 1,
                "f": 1.5,
                "b": True,
                "ts": dt.datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC),
                "d": dt.date(2024, 1, 2),
                "tm": dt.time(3, 4, 5),
                "dec": Decimal("12.345"),
                "bin": b"abc",
                "u": UUID("12345678-1234-5678-1234-567812345678"),
                "iso": "2024-01-01T00:00:00Z",
                "day": "2024-01-01",
            }
        ],
        table_name="rows",
    )
