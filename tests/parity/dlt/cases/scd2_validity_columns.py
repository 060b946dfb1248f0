"""The user names the columns of the validity."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def load(items, boundary):
        disposition = {
            "disposition": "merge",
            "strategy": "scd2",
            "boundary_timestamp": boundary,
            "validity_column_names": ["since", "until"],
        }
        pipeline.run(items, table_name="rows", write_disposition=disposition)

    load([{"id": 1, "v": "a"}, {"id": 2, "v": "b"}], "2024-01-01")
    load([{"id": 1, "v": "a2"}, {"id": 2, "v": "b"}], "2024-01-02")
