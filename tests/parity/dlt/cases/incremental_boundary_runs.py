"""Items at the last value over several runs: those seen are left out, others come in."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id")
    def keyed(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield items

    @dlt.resource
    def whole(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield items

    @dlt.resource
    def never(items, at=dlt.sources.incremental("at", initial_value=0, primary_key=())):
        yield items

    days = [
        [{"id": 1, "at": 1}, {"id": 2, "at": 2}],
        [{"id": 2, "at": 2, "more": True}, {"id": 3, "at": 2}],
        [{"id": 2, "at": 2}, {"id": 3, "at": 2}, {"id": 4, "at": 2}],
        [{"id": 4, "at": 2}, {"id": 5, "at": 3}],
        [],
        [{"id": 5, "at": 3}],
    ]
    for items in days:
        pipeline.run([keyed(items), whole(items), never(items)])
    return pipeline.state["sources"]
