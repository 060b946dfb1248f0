"""The last value has the type that the initial value or the annotation names: pendulum's, or the standard library's."""

from __future__ import annotations

import datetime as dt


def run(dlt, tmp):
    from dlt.common import pendulum

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    seen = []

    def note(name, at):
        values = [at.start_value, at.last_value]
        seen.append([name, *(f"{type(value).__module__.split('.')[0]}: {value.isoformat()}" for value in values)])

    first, later = dt.datetime(2024, 2, 1, tzinfo=dt.UTC), dt.datetime(2024, 3, 1, tzinfo=dt.UTC)

    @dlt.resource
    def of_pendulum(at=dlt.sources.incremental("at", initial_value=pendulum.datetime(2024, 1, 1))):
        note("before", at)
        yield {"id": 1, "at": first}
        note("after", at)
        assert at.last_value.add(days=1).to_date_string() == at.last_value.add(days=1).date().isoformat()

    @dlt.resource
    def of_datetime(at=dlt.sources.incremental("at", initial_value=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))):
        note("before", at)
        yield {"id": 1, "at": pendulum.instance(later)}
        note("after", at)

    @dlt.resource
    def annotated(at: dlt.sources.incremental[pendulum.DateTime] = dlt.sources.incremental("at")):
        if at.last_value is not None:
            note("again", at)
        yield {"id": 1, "at": first}
        note("after", at)

    for _ in range(2):
        pipeline.run([of_pendulum, of_datetime, annotated])
    return seen
