"""The values that the resource sees."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    seen = []

    @dlt.resource
    def rows(at=dlt.sources.incremental("at", initial_value=0)):
        seen.append([at.start_value, at.last_value, at.initial_value])
        yield [{"at": n} for n in range(len(seen) * 3)]
        seen.append([at.start_value, at.last_value])

    for _ in range(2):
        pipeline.run(rows())
    return seen
