"""Rows of one nested table under two parents, merged by each strategy: none goes with the parent that is not its own."""

from __future__ import annotations


def run(dlt, tmp):
    strategies = {
        "scd2": {"disposition": "merge", "strategy": "scd2"},
        "upsert": {"disposition": "merge", "strategy": "upsert"},
        "insert_only": {"disposition": "merge", "strategy": "insert-only"},
        "delete_insert": "merge",
    }
    for name, disposition in strategies.items():
        pipeline = dlt.pipeline(f"case_{name}", destination="duckdb", dataset_name=f"data_{name}")
        for day in (1, 2):
            items = [
                {"id": 2, "list": [[1, day], {"b": 5}]},
                {"id": 1, "list": {"list": [3, day]}},
                {"id": 3, "list": {"list": [7]}},
            ]
            rows = dlt.resource(items, name="items", write_disposition=disposition, primary_key="id")

            @dlt.source(name=name, root_key=True)
            def source(rows=rows):
                return rows

            pipeline.run(source())
