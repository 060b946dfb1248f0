"""After an error the next run is as if nothing had been."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(fail):
        dlt.current.resource_state()["runs"] = dlt.current.resource_state().get("runs", 0) + 1
        yield {"id": 1}
        if fail:
            raise ValueError("broken")

    try:
        pipeline.run(rows(True))
    except Exception as error:
        names = [type(error).__name__, error.step]
    pipeline.run(rows(False))
    return [names, pipeline.state["sources"]]
