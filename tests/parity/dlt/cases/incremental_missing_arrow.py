"""Null cursors in tables are kept or dropped."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows_of(mode):
        @dlt.resource(name=f"rows_{mode}")
        def rows(at=dlt.sources.incremental("at", on_cursor_value_missing=mode)):
            yield pa.table({"id": [1, 2, 3], "at": pa.array([1, None, 3], pa.int64())})

        return rows()

    pipeline.run([rows_of("include"), rows_of("exclude")])
    return pipeline.state["sources"]["case"]["resources"]["rows_include"]["incremental"]["at"]["last_value"]
