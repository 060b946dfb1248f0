"""Readers that nobody names."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"id": 1}\n')
    (folder / "a.csv").write_text("id\n1\n")
    from dlt.sources.filesystem import filesystem, read_csv, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(filesystem(bucket_url=str(folder), file_glob="*.jsonl") | read_jsonl())
    pipeline.run(filesystem(bucket_url=str(folder), file_glob="*.csv") | read_csv())
