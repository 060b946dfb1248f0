"""Empty texts, lists, dicts and rows."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "t": "", "l": [], "d": {}, "ll": [[]], "ld": [{}], "dl": {"x": []}}, {}], table_name="rows")
    pipeline.run(
        [{"id": 2, "l": [1], "d": {"x": 1}, "ll": [[1]], "ld": [{"y": 1}], "dl": {"x": [1]}}], table_name="rows"
    )
