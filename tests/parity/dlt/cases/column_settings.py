"""Precision, scale, zones and lengths of columns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    moment = dt.datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    pipeline.run(
        [
            {
                **{f"ts{n}": moment for n in (0, 3, 6, 9)},
                "local": moment,
                "money": Decimal("12.34"),
                "whole": Decimal(12),
                "wei": 2**60,
                "short": 7,
                "text": "abc",
                "time3": dt.time(1, 2, 3, 456789),
            }
        ],
        table_name="rows",
        columns={
            **{f"ts{n}": {"data_type": "timestamp", "precision": n} for n in (0, 3, 6, 9)},
            "local": {"data_type": "timestamp", "timezone": False},
            "money": {"data_type": "decimal", "precision": 10, "scale": 2},
            "whole": {"data_type": "decimal", "precision": 5, "scale": 0},
            "wei": {"data_type": "wei"},
            "short": {"data_type": "bigint", "precision": 16},
            "text": {"data_type": "text", "precision": 10},
            "time3": {"data_type": "time", "precision": 3},
        },
    )
