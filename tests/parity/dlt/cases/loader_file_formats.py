"""The format of the files between does not show in the tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    rows = [
        {
            "id": 1,
            "d": Decimal("1.5"),
            "t": dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
            "l": [1],
            "n": None,
            "s": "a'b\\n",
        }
    ]
    for name in ("insert_values", "parquet", "jsonl"):
        pipeline.run(rows, table_name=name, loader_file_format=name)
