"""A resource remembers."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        state = dlt.current.resource_state()
        start = state.get("next", 0)
        yield [{"id": n} for n in range(start, start + 2)]
        state["next"] = start + 2

    for _ in range(2):
        pipeline.run(rows())
    return pipeline.state["sources"]
