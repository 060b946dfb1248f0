"""A cursor over frames of polars."""

from __future__ import annotations

import polars as pl


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(frame, at=dlt.sources.incremental("at", initial_value=1)):
        yield frame

    pipeline.run(rows(pl.DataFrame({"id": [1, 2], "at": [1, 2]})))
    pipeline.run(rows(pl.DataFrame({"id": [2, 3], "at": [2, 3]})))
    return pipeline.state["sources"]["case"]["resources"]["rows"]["incremental"]["at"]["last_value"]
