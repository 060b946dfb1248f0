"""A cursor within the item."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items, at=dlt.sources.incremental("meta.at", initial_value=1)):
        yield items

    pipeline.run(rows([{"id": 1, "meta": {"at": 1}}, {"id": 2, "meta": {"at": 2}}]))
    pipeline.run(rows([{"id": 3, "meta": {"at": 1}}, {"id": 4, "meta": {"at": 3}}]))
    return pipeline.state["sources"]
