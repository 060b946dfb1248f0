"""The boundary and the mark of the active version are given."""

from __future__ import annotations

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def load(items, boundary):
        disposition = {
            "disposition": "merge",
            "strategy": "scd2",
            "boundary_timestamp": boundary,
            "active_record_timestamp": "9999-12-31",
            "validity_column_names": ["since", "until"],
        }
        pipeline.run(items, table_name="rows", write_disposition=disposition)

    load([{"id": 1, "v": "a"}, {"id": 2, "v": "b"}], "2024-01-01T00:00:00Z")
    load([{"id": 1, "v": "c"}], "2024-02-01T10:00:00+02:00")
    load([{"id": 1, "v": "c"}, {"id": 2, "v": "b"}], "2024-03-01")
