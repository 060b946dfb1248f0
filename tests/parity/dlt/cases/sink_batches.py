"""A function as destination gets rows batch by batch, under their own names, nested data in place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def run(dlt, tmp):
    calls = []

    @dlt.destination(batch_size=2)
    def sink(items, table):
        calls.append([table["name"], list(table["columns"]), table["write_disposition"], [_plain(i) for i in items]])

    @dlt.resource
    def Rows():  # noqa: N802
        at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
        yield [{"Id": 1, "Tags": ["a"], "Sub": {"x": 1}, "At": at, "Amount": Decimal("1.5")}, {"Id": 2, "Tags": None}]
        yield {"Id": 3, "On": dt.date(2024, 2, 3)}

    pipeline = dlt.pipeline("case", destination=sink)
    info = pipeline.run(Rows())
    return [
        calls,
        pipeline.dataset_name,
        pipeline.state["destination_name"],
        info.has_failed_jobs,
        info.destination_name,
    ]


def _plain(item):
    return {name: f"{type(value).__name__} {value}" for name, value in item.items()}
