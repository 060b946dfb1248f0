"""A pandas frame."""

from __future__ import annotations

import pandas as pd


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(pd.DataFrame({"id": [1, 2], "v": [1.5, 2.5], "s": ["a", "b"]}), table_name="rows")
