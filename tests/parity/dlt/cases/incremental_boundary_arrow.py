"""Tables with rows at the last value over several runs."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id")
    def keyed(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield pa.Table.from_pylist(items)

    @dlt.resource
    def whole(items, at=dlt.sources.incremental("at", initial_value=0)):
        yield pa.Table.from_pylist(items)

    days = [
        [{"id": 1, "at": 1}, {"id": 2, "at": 2}],
        [{"id": 2, "at": 2}, {"id": 3, "at": 2}],
        [{"id": 2, "at": 2}, {"id": 3, "at": 2}, {"id": 4, "at": 2}],
        [{"id": 4, "at": 2}, {"id": 5, "at": 3}],
    ]
    for items in days:
        pipeline.run([keyed(items), whole(items)])
    state = pipeline.state["sources"]["case"]["resources"]
    return {
        n: [r["incremental"]["at"]["last_value"], len(r["incremental"]["at"]["unique_hashes"])]
        for n, r in state.items()
    }
