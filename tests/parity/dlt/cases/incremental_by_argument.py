"""A cursor as argument of the decorator, as hint and as a call's argument."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(incremental=dlt.sources.incremental("at", initial_value=2))
    def decorated():
        yield [{"at": n} for n in range(1, 5)]

    @dlt.resource
    def called(at=None):
        yield [{"at": n} for n in range(1, 5)]

    hinted = dlt.resource([{"at": n} for n in range(1, 5)], name="hinted")
    hinted.apply_hints(incremental=dlt.sources.incremental("at", initial_value=3))
    seen = dlt.sources.incremental("at", initial_value=4)

    @dlt.resource
    def explicit(at=dlt.sources.incremental("at")):
        yield [{"at": n} for n in range(1, 5)]

    pipeline.run([decorated(), called(), hinted, explicit(at=seen)])
    return pipeline.state["sources"]
