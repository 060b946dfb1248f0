"""Frames and Arrow tables keep the order of their own columns, whatever hints name; columns of hints alone come behind."""

from __future__ import annotations

import os

import pandas as pd
import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    table = pa.table({"a": [1, 2], "B b": ["x", "y"], "c": pa.array([None, None], pa.null()), "d": [1.5, None]})
    hints = {
        "d": {"data_type": "double", "nullable": True},
        "z": {"data_type": "text"},
        "c": {"data_type": "bigint"},
        "B b": {"description": "second"},
    }
    pipeline.run(dlt.resource([table], name="arrow", columns=hints))
    pipeline.run(
        dlt.resource([table.append_column("e", pa.array([1, 2]))], name="arrow", columns={"f": {"data_type": "text"}})
    )
    frame = pd.DataFrame({"name": ["a"], "id": [1], "at": [pd.Timestamp("2024-01-01", tz="UTC")]})

    @dlt.resource(columns={"at": {"data_type": "timestamp"}}, primary_key="id", write_disposition="merge")
    def merged():
        yield frame

    pipeline.run(merged())
    pipeline.run(
        dlt.resource(
            [frame, frame.assign(more=1)],
            name="contracted",
            columns={"id": {"data_type": "bigint"}},
            schema_contract={"columns": "discard_value"},
        )
    )
    pipeline.run(
        dlt.resource([frame.assign(later="x")], name="contracted", schema_contract={"columns": "discard_value"})
    )
    os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID"] = "true"
    os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_ID"] = "true"
    try:
        pipeline.run(
            dlt.resource([frame], name="owned", columns={"z": {"data_type": "text"}, "at": {"data_type": "timestamp"}})
        )
    finally:
        del (
            os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID"],
            os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_ID"],
        )
