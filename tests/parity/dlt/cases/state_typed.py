"""Times and decimals in the state."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        dlt.current.resource_state().update(
            at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), price=Decimal("1.5"), day=dt.date(2024, 1, 1)
        )
        yield {"id": 1}

    pipeline.run(rows())
    kept = pipeline.state["sources"]["case"]["resources"]["rows"]
    return {name: [type(value).__name__, str(value)] for name, value in kept.items()}
