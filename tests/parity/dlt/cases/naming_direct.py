"""Names as they come, joined by a triangle."""

from __future__ import annotations

import os


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    os.environ["SCHEMA__NAMING"] = "direct"
    try:
        pipeline.run([{"Camel Case": 1, "a'b": 2, "list": [{"x y": {"z": 1}}]}], table_name="My Table")
    finally:
        del os.environ["SCHEMA__NAMING"]
