"""A source remembers, and its resources share it."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        @dlt.resource
        def orders():
            dlt.current.source_state()["seen"] = dlt.current.source_state().get("seen", 0) + 1
            yield {"id": 1}

        return orders

    for _ in range(2):
        pipeline.run(shop())
    return pipeline.state["sources"]
