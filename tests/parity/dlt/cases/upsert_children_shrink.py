"""Lists that get shorter, longer, or empty."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"})
    def rows(items):
        yield items

    pipeline.run(
        rows(
            [
                {"id": 1, "l": [{"n": 1, "t": [1, 2]}, {"n": 2, "t": [3]}]},
                {"id": 2, "l": [{"n": 3}]},
                {"id": 3, "l": [{"n": 4, "t": [5]}]},
            ]
        )
    )
    pipeline.run(
        rows(
            [
                {"id": 1, "l": [{"n": 9, "t": [7]}]},
                {"id": 2, "l": []},
                {"id": 3, "l": [{"n": 4, "t": [5, 6]}, {"n": 5}]},
            ]
        )
    )
