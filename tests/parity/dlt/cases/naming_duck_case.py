"""Names as DuckDB takes them."""

from __future__ import annotations

import os


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    os.environ["SCHEMA__NAMING"] = "duck_case"
    try:
        pipeline.run([{"Camel Case!": 1, 'a"b': 2, "🦆": [{"x": {"z": 1}}]}], table_name="🦆 Table")
    finally:
        del os.environ["SCHEMA__NAMING"]
