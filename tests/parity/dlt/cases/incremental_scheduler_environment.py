"""The interval of a scheduler: its ends, its zone, and what a script may change of it."""

import os
from datetime import UTC, date, datetime, timedelta


def run(dlt, tmp):  # noqa: PLR0915
    seen = []

    def note(at):
        seen.append([str(at.start_value), str(at.end_value)])

    def hours():
        return [{"id": n, "at": datetime(2024, 1, 2, tzinfo=UTC) + timedelta(hours=n)} for n in range(30)]

    @dlt.resource
    def rows(
        at: dlt.sources.incremental[datetime] = dlt.sources.incremental(
            "at", initial_value=datetime(2020, 1, 1, tzinfo=UTC), allow_external_schedulers=True
        ),
    ):
        note(at)
        yield hours()

    @dlt.resource
    def not_asked(at=dlt.sources.incremental("at", initial_value=datetime(2024, 1, 2, 20, tzinfo=UTC))):
        note(at)
        yield hours()

    @dlt.resource
    def numbers(at: dlt.sources.incremental[int] = dlt.sources.incremental("at", allow_external_schedulers=True)):
        note(at)
        yield [{"at": int(row["at"].timestamp())} for row in hours()]

    @dlt.resource
    def days(at: dlt.sources.incremental[date] = dlt.sources.incremental("at", allow_external_schedulers=True)):
        note(at)
        yield [{"at": row["at"].date()} for row in hours()]

    def ends(interval):
        return interval and [str(interval.start), str(interval.end)]

    current = dlt.current.interval
    told = [[ends(current()), current.is_empty]]
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    names = ("DLT_INTERVAL_START", "DLT_INTERVAL_END", "DLT_INTERVAL_TIMEZONE")
    try:
        os.environ["DLT_INTERVAL_START"] = "2024-01-02T05:00:00Z"
        told.append(ends(current()))
        os.environ["DLT_INTERVAL_END"] = "2024-01-02T09:00:00"
        told.append([ends(current()), current.is_empty, str(current.timezone)])
        pipeline.run(rows())
        pipeline.run([not_asked(), numbers(), days()])
        os.environ["DLT_INTERVAL_TIMEZONE"] = "Europe/Berlin"
        told.append([ends(current()), str(current.timezone)])
        pipeline.run(rows().with_name("in_berlin"))
        os.environ["DLT_INTERVAL_START"] = "2024-01-02T09:00:00Z"
        told.append([ends(current()), current.is_empty])
        os.environ["DLT_INTERVAL_START"] = "2024-01-02T08:00:00Z"
        current.update(start="2024-01-01")
        told.append(ends(current()))
        current.apply_lag("every:90m", 2)
        current.apply_lag("every:1h", -1, lag_end=True)
        told.append(ends(current()))
        current.apply_full_days()
        told.append([ends(current()), ends(current.apply_full_days()())])
        for wrong in ("every:3d", "never"):
            try:
                current.apply_lag(wrong, -1)
            except ValueError as error:
                told.append(type(error).__name__)
        current.set((datetime(2024, 1, 3, tzinfo=UTC), datetime(2024, 1, 4, tzinfo=UTC)))
        told.append(current().end.isoformat())
        pipeline.run(rows().with_name("chosen"))
        current.set(None)
        told.append(ends(current()))
    finally:
        for name in names:
            os.environ.pop(name, None)
    try:
        current.update(start="2024-01-01")
    except Exception as error:
        told.append(type(error).__name__)
    return [told, seen, pipeline.last_trace.last_normalize_info.row_counts]
