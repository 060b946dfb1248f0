"""A run without rows."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    info = pipeline.run([], table_name="rows")
    return len(info.loads_ids)
