"""A cursor over frames of pandas."""

from __future__ import annotations

import datetime as dt

import pandas as pd


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(frame, at=dlt.sources.incremental("at", initial_value=dt.datetime(2024, 1, 1))):
        yield frame

    pipeline.run(rows(pd.DataFrame({"id": [1, 2], "at": pd.to_datetime(["2024-01-02", "2024-01-03"])})))
    pipeline.run(rows(pd.DataFrame({"id": [2, 3], "at": pd.to_datetime(["2024-01-03", "2024-01-04"])})))
    return pipeline.state["sources"]["case"]["resources"]["rows"]["incremental"]["at"]["last_value"]
