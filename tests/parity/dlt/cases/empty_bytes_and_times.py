"""Bytes of no length, and times whose microseconds begin with a zero."""

from __future__ import annotations

import datetime as dt


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    rows = [{"id": 1, "b": b"", "j": {"t": dt.time(13, 37, 27, 37351)}}]
    pipeline.run(dlt.resource(rows, name="rows", max_table_nesting=0))
