"""A list of frames."""

from __future__ import annotations

import pandas as pd


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([pd.DataFrame({"id": [1]}), pd.DataFrame({"id": [2]})], table_name="rows")
