"""An interval from outside, when the cursor allows it."""

from __future__ import annotations

import os
from datetime import datetime


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    os.environ["DLT_INTERVAL_START"] = "2024-01-02T00:00:00Z"
    os.environ["DLT_INTERVAL_END"] = "2024-01-04T00:00:00Z"
    try:

        @dlt.resource
        def rows(
            at: dlt.sources.incremental[datetime] = dlt.sources.incremental(
                "at", initial_value=datetime(2020, 1, 1), allow_external_schedulers=True
            ),
        ):
            seen.append([str(at.start_value), str(at.end_value)])
            yield [{"id": n, "at": f"2024-01-0{n}T00:00:00Z"} for n in range(1, 7)]

        @dlt.resource
        def not_asked(at=dlt.sources.incremental("at", initial_value="2024-01-05T00:00:00Z")):
            seen.append([str(at.start_value), str(at.end_value)])
            yield [{"id": n, "at": f"2024-01-0{n}T00:00:00Z"} for n in range(1, 7)]

        @dlt.resource
        def texts(
            at: dlt.sources.incremental[str] = dlt.sources.incremental("at", allow_external_schedulers=True),
        ):
            seen.append([str(at.start_value), str(at.end_value)])
            yield [{"id": n, "at": f"2024-01-0{n}T00:00:00Z"} for n in range(1, 7)]

        seen = []
        pipeline.run(
            rows().add_map(lambda row: {**row, "at": datetime.fromisoformat(row["at"].replace("Z", "+00:00"))})  # noqa: FURB162
        )
        pipeline.run([not_asked(), texts()])
        return [seen, sorted(pipeline.state["sources"]["case"]["resources"])]
    finally:
        del os.environ["DLT_INTERVAL_START"], os.environ["DLT_INTERVAL_END"]
