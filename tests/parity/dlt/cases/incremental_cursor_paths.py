"""Cursors in nested places."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def nested(items, at=dlt.sources.incremental("meta.at", initial_value=1)):
        yield items

    @dlt.resource
    def listed(items, at=dlt.sources.incremental("$.versions[0].at", initial_value=1)):
        yield items

    @dlt.resource
    def quoted(items, at=dlt.sources.incremental("'last update'", initial_value=1)):
        yield items

    def items(*numbers):
        return [{"id": n, "meta": {"at": n}, "versions": [{"at": n}], "last update": n} for n in numbers]

    pipeline.run([nested(items(1, 2)), listed(items(1, 2)), quoted(items(1, 2))])
    pipeline.run([nested(items(0, 2, 3)), listed(items(0, 2, 3)), quoted(items(0, 2, 3))])
    return pipeline.state["sources"]
