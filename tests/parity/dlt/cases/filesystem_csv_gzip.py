"""Packed files of CSV."""

from __future__ import annotations

import gzip


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv.gz").write_bytes(gzip.compress(b"id,name\n1,a\n2,b\n"))
    from dlt.sources.filesystem import filesystem, read_csv

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.csv.gz")
    pipeline.run((files | read_csv()).with_name("rows"))
