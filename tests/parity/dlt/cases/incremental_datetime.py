"""A cursor of times, kept with its type."""

from __future__ import annotations

import datetime as dt


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def at(day):
        return dt.datetime(2024, 1, day, tzinfo=dt.UTC)

    @dlt.resource
    def rows(items, when=dlt.sources.incremental("at", initial_value=at(1))):
        yield from items

    pipeline.run(rows([{"id": 1, "at": at(1)}, {"id": 2, "at": at(2)}]))
    pipeline.run(rows([{"id": 2, "at": at(2)}, {"id": 3, "at": at(2)}, {"id": 4, "at": at(3)}]))
