"""A table that was appended to becomes one of versions."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "v": "a"}], table_name="rows")
    pipeline.run(
        [{"id": 1, "v": "b"}], table_name="rows", write_disposition={"disposition": "merge", "strategy": "scd2"}
    )
