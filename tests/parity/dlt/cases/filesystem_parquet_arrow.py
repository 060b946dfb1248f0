"""Parquet that stays in Arrow's batches."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    pq.write_table(pa.table({"id": [1, 2, 3], "name": ["a", None, "c"]}), folder / "a.parquet")
    from dlt.sources.filesystem import filesystem, read_parquet

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.parquet")
    pipeline.run((files | read_parquet(chunksize=2, use_pyarrow=True)).with_name("rows"))
