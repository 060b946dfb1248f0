"""Dicts become columns, lists become tables, lists of lists too."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(
        [
            {
                "id": 1,
                "a": {"b": {"c": 1}, "l": [1, 2]},
                "items": [{"x": 1, "parts": [{"y": 2}]}],
                "grid": [[1, 2], [3]],
                "none": [],
                "e": {},
            }
        ],
        table_name="rows",
    )
