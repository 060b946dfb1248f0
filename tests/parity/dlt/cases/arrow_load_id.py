"""A load id for arrow tables, on request."""

from __future__ import annotations

import os

import pyarrow as pa


def run(dlt, tmp):
    os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID"] = "true"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(pa.table({"id": [1, 2]}), table_name="rows")
