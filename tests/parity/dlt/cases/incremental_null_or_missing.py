"""What is raised where a cursor is null and where it is missing: of rows, tables and frames."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

ROWS = [{"id": 1, "at": 5}, {"id": 2, "at": None}]


def run(dlt, tmp):
    def cause(kind, data, **options):
        @dlt.resource(name="rows")
        def rows(at=dlt.sources.incremental("at", **options)):
            yield data

        pipeline = dlt.pipeline(f"{kind}_case", destination=dlt.destinations.duckdb(f"{kind}.duckdb"), dataset_name="d")
        try:
            pipeline.run(rows())
        except Exception as error:
            while error.__cause__ is not None:
                error = error.__cause__
            return [type(error).__name__, error.json_path]
        return pipeline.last_trace.last_normalize_info.row_counts["rows"]

    table = pa.table({"id": [1, 2], "at": pa.array([5, None], pa.int64())})
    data = {"items": ROWS, "table": table, "batch": table.to_batches()[0], "frame": pd.DataFrame(ROWS)}
    found = {}
    for kind, rows in data.items():
        for missing in ("raise", "include", "exclude"):
            found[f"{kind} null {missing}"] = cause(kind, rows, on_cursor_value_missing=missing)
    without = {"items": [{"id": 1}], "table": table.select(["id"]), "frame": pd.DataFrame([{"id": 1}])}
    for kind, rows in without.items():
        found[f"{kind} missing"] = cause(f"{kind}_without", rows)
    return found
