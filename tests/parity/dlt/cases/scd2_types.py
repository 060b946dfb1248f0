"""The hash of a row takes in values of all types."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition={"disposition": "merge", "strategy": "scd2"})
    def rows(items):
        yield items

    items = [
        {
            "id": 1,
            "at": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
            "d": date(2024, 1, 2),
            "n": Decimal("1.50"),
            "b": b"xy",
            "f": 1.5,
            "u": UUID(int=7),
            "nothing": None,
            "deep": {"x": {"y": "\u00e9"}},
            "list": [1, "a"],
        }
    ]
    pipeline.run(rows(items))
    pipeline.run(rows(items))
