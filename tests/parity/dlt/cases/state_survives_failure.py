"""What is remembered goes back when extracting fails."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(fail):
        state = dlt.current.resource_state()
        state["runs"] = state.get("runs", 0) + 1
        yield {"run": state["runs"]}
        if fail:
            raise ValueError("no more")

    pipeline.run(rows(False))
    try:
        pipeline.run(rows(True))
    except Exception as error:
        found = [type(error).__name__, error.step, type(error.exception).__name__]
    pipeline.run(rows(False))
    return [found, pipeline.state["sources"]]
