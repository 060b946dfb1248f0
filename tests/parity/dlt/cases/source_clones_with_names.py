"""One source under two names, each with its schema and state."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop(n):
        @dlt.resource
        def rows(at=dlt.sources.incremental("at", initial_value=0)):
            yield [{"at": n}]

        return rows

    north, south = shop(1).clone(with_name="north"), shop(5).clone(with_name="south")
    pipeline.run([north, south])
    pipeline.run(shop(2).clone(with_name="north"))
    return [pipeline.state["sources"], sorted(pipeline.schema_names)]
