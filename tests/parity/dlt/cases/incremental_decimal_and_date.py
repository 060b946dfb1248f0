"""Cursors that are decimals, dates, and numbers with a fraction."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows_of(name, values):
        @dlt.resource(name=name)
        def rows(at=dlt.sources.incremental("at")):
            yield [{"at": value} for value in values]

        return rows()

    def load(day):
        pipeline.run(
            [
                rows_of("decimals", [Decimal(day) / 10, Decimal(day)]),
                rows_of("dates", [dt.date(2024, 1, day), dt.date(2024, 1, day + 1)]),
                rows_of("floats", [day + 0.25, day + 0.5]),
            ]
        )

    load(1)
    load(2)
    return pipeline.state["sources"]
