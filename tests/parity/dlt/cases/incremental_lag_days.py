"""A lag of seconds over times, of days over dates, and of a number."""

from __future__ import annotations

import datetime as dt


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def moment(day, hour=0):
        return dt.datetime(2024, 1, day, hour, tzinfo=dt.UTC)

    def load(days):
        @dlt.resource(primary_key="id", write_disposition="merge")
        def times(at=dlt.sources.incremental("at", initial_value=moment(1), lag=3600)):
            seen.append(["times", str(at.start_value)])
            yield [{"id": n, "at": moment(day, hour)} for n, (day, hour) in enumerate(days)]

        @dlt.resource(primary_key="id", write_disposition="merge")
        def dates(at=dlt.sources.incremental("at", initial_value=dt.date(2024, 1, 1), lag=2)):
            seen.append(["dates", str(at.start_value)])
            yield [{"id": n, "at": moment(day).date()} for n, (day, _) in enumerate(days)]

        @dlt.resource
        def numbers(at=dlt.sources.incremental("at", initial_value=1.5, lag=0.5)):
            seen.append(["numbers", at.start_value])
            yield [{"id": n, "at": day + hour / 10} for n, (day, hour) in enumerate(days)]

        pipeline.run([times(), dates(), numbers()])

    seen = []
    load([(2, 0), (5, 4)])
    load([(5, 3), (5, 2), (4, 0), (3, 0), (1, 0)])
    load([(6, 3)])
    return [seen, pipeline.state["sources"]]
