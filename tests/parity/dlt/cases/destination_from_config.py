"""A destination's path from the environment."""

from __future__ import annotations

import os


def run(dlt, tmp):
    os.environ["DESTINATION__DUCKDB__CREDENTIALS"] = "duckdb:///configured.duckdb"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1}], table_name="rows")
