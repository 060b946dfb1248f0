"""A cursor whose start knows no zone, over data that does, and the other way round."""

from __future__ import annotations

import datetime as dt


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows_of(name, start, aware):
        zone = dt.UTC if aware else None

        @dlt.resource(name=name)
        def rows(at=dlt.sources.incremental("at", initial_value=start)):
            yield [{"id": day, "at": dt.datetime(2024, 1, day, tzinfo=zone)} for day in (1, 2, 3)]

        return rows()

    naive = dt.datetime(2024, 1, 2)
    aware = dt.datetime(2024, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    pipeline.run([rows_of("naive_aware", naive, True), rows_of("aware_naive", aware, False)])
    pipeline.run([rows_of("naive_aware", naive, True), rows_of("aware_naive", aware, False)])
    return pipeline.state["sources"]
