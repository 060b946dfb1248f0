"""Lists of two tables that share a name: the parent is the one whose list brings the first row."""

from __future__ import annotations


def run(dlt, tmp):
    for first, name in (("empty", []), ("filled", [7])):
        pipeline = dlt.pipeline(f"case_{first}", destination="duckdb", dataset_name=f"data_{first}")
        items = [
            {"id": 1, "name": [None, name, None]},
            {"id": 2, "name": {"list": [None, 8]}},
            {"id": 3, "name": [[9]]},
        ]
        pipeline.run(items, table_name="items")
