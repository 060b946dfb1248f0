"""Times without a zone."""

from __future__ import annotations

import datetime as dt


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"at": dt.datetime(2024, 1, 2, 3, 4, 5)}], table_name="rows")
    pipeline.run(
        [{"at": dt.datetime(2024, 1, 2, 3, 4, 5)}],
        table_name="kept",
        columns={"at": {"data_type": "timestamp", "timezone": False}},
    )
