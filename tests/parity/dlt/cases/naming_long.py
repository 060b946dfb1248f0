"""Keys that are longer than the destination's names."""

from __future__ import annotations

import os


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    os.environ["DESTINATION__DUCKDB__MAX_IDENTIFIER_LENGTH"] = "20"
    try:
        pipeline.run([{"a" * 30: 1, "b" * 15: {"c" * 15: [1]}}], table_name="t" * 25)
    finally:
        del os.environ["DESTINATION__DUCKDB__MAX_IDENTIFIER_LENGTH"]
