"""The boundary is a datetime object."""

from __future__ import annotations

from datetime import UTC, datetime

RAW_IDS = True


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    disposition = {
        "disposition": "merge",
        "strategy": "scd2",
        "boundary_timestamp": datetime(2024, 1, 1, 12, tzinfo=UTC),
        "active_record_timestamp": datetime(9999, 12, 31),
        "validity_column_names": ["since", "until"],
    }
    pipeline.run([{"id": 1, "v": "a"}], table_name="rows", write_disposition=disposition)
    disposition["boundary_timestamp"] = datetime(2024, 2, 1)
    pipeline.run([{"id": 1, "v": "b"}], table_name="rows", write_disposition=disposition)
