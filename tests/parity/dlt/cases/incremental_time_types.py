"""A cursor's value has the type of time that the cursor is declared with, also when it comes back from the state."""

import datetime as dt
from typing import Any


def run(dlt: Any, work_dir: Any) -> Any:
    from dlt.common import pendulum

    seen: dict[str, list[Any]] = {}
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)

    def note(name: str, cursor: Any) -> list[dict[str, Any]]:
        values = (cursor.last_value, cursor.start_value)
        seen.setdefault(name, []).append([(type(v).__name__, v.isoformat()) for v in values])
        return [{"at": start + dt.timedelta(days=day)} for day in range(3)]

    @dlt.resource
    def plain(at=dlt.sources.incremental("at", initial_value=start)):
        yield note("plain", at)

    @dlt.resource
    def by_value(at=dlt.sources.incremental("at", initial_value=pendulum.datetime(2024, 1, 1))):
        yield note("by_value", at)

    @dlt.resource
    def by_annotation(at: dlt.sources.incremental[pendulum.DateTime] = dlt.sources.incremental("at", start)):
        yield note("by_annotation", at)

    @dlt.resource
    def lagging(at=dlt.sources.incremental("at", pendulum.datetime(2024, 1, 1), lag=3600)):
        yield note("lagging", at)

    @dlt.resource
    def days(day=dlt.sources.incremental("day", initial_value=dt.date(2024, 1, 1))):
        seen.setdefault("days", []).append((type(day.last_value).__name__, day.last_value.isoformat()))
        yield [{"day": dt.date(2024, 1, number)} for number in (1, 2)]

    pipeline = dlt.pipeline("times", destination="duckdb", dataset_name="data")
    for _ in range(2):
        pipeline.run([plain, by_value, by_annotation, lagging, days])
    return seen
