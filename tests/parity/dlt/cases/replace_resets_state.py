"""A replaced resource forgets."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition="replace")
    def rows():
        state = dlt.current.resource_state()
        state["runs"] = state.get("runs", 0) + 1
        yield {"runs": state["runs"]}

    for _ in range(2):
        pipeline.run(rows())
    return pipeline.state["sources"]
