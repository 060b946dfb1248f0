"""A dropped pipeline takes its state from the destination again."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows():
        yield {"id": dlt.current.resource_state().setdefault("n", 1)}

    pipeline.run(dlt.resource(rows, name="rows"))
    pipeline.drop()
    pipeline.run(dlt.resource(rows, name="rows"))
    return pipeline.state["sources"]
