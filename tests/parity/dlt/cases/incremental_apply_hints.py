"""An incremental added from outside."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(items):
        yield items

    def loaded(items):
        resource = rows(items)
        resource.apply_hints(incremental=dlt.sources.incremental("at"))
        pipeline.run(resource)

    loaded([{"at": 1}, {"at": 2}])
    loaded([{"at": 2}, {"at": 3}])
    return pipeline.state["sources"]
