"""Values that dlt alters, with `normalize.lossy = "dlt"`, as items, Arrow tables, frames and files."""

from __future__ import annotations

import decimal
import json
import os

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def run(dlt, tmp):
    from dlt.sources.filesystem import filesystem, read_csv, read_jsonl, read_parquet

    os.environ["NORMALIZE__LOSSY"] = "dlt"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    items = [
        {"code": 1, "number": 1.5, "moment": "2024-01-01T00:00:00.123456789Z", "text": "a", "Mixed": 1},
        {"code": "007", "number": float("nan"), "moment": "2024-01-02T00:00:00Z", "text": "x\u0000y", "mixed": 2},
        {"code": "8", "number": float("inf"), "text": "z", "Mixed": 3, "mixed": 4, "Tags": [1], "tags": [2, 3]},
    ]
    pipeline.run(items, table_name="items")
    exact = [{"amount": decimal.Decimal("1.5")}, {"amount": decimal.Decimal("0.1234567891")}]
    pipeline.run(exact, table_name="decimals")

    nanoseconds = pa.array([1704067200123456000, None], pa.timestamp("ns", "UTC"))
    table = pa.table(
        {
            "id": [1, 2],
            "moment": nanoseconds,
            "number": pa.array([2.5, float("nan")]),
            "text": ["x\u0000y", "z"],
            "amount": pa.array([decimal.Decimal("0.123456789012"), None], pa.decimal128(38, 12)),
        }
    )
    pipeline.run(dlt.resource([table.drop(["text"])], name="arrow"))
    frame = pd.DataFrame(
        {"id": [1, 2], "number": [float("nan"), 2.5], "moment": pd.to_datetime([1704067200123456000, 0])}
    )
    pipeline.run(dlt.resource([frame], name="frames"))

    (tmp / "rows.jsonl").write_text("".join(json.dumps(item) + "\n" for item in [*items[:1], {"code": "007"}]), "utf-8")
    (tmp / "rows.csv").write_text("code,number\n7,1.5\n8,inf\n", "utf-8")
    pq.write_table(table, tmp / "rows.parquet")
    for kind, reader in (("jsonl", read_jsonl), ("csv", read_csv), ("parquet", read_parquet)):
        files = filesystem(bucket_url=str(tmp), file_glob=f"rows.{kind}") | reader()
        pipeline.run(files.with_name(kind))
    hints = {"code": {"data_type": "bigint"}}
    pipeline.run(dlt.resource([pa.table({"code": ["007", "8"]})], name="hinted", columns=hints))
