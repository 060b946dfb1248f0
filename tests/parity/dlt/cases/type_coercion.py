"""Values take the type the column has."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"t": "a", "b": True, "f": 1.5}, {"t": 5, "b": 3, "f": 2}], table_name="rows")
