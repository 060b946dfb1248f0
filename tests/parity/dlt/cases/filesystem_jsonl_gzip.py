"""Packed files of JSON lines."""

from __future__ import annotations

import gzip


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1, "tags": ["x"]}\n{"id": 2}\n'))
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.jsonl.gz")
    pipeline.run((files | read_jsonl()).with_name("rows"))
