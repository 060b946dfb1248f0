"""A table for each file, by a dynamic name."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"kind": "x", "id": 1}\n{"kind": "y", "id": 2}\n')
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    reader = filesystem(bucket_url=str(folder)) | read_jsonl()
    reader.apply_hints(table_name=lambda row: "rows_" + row["kind"])
    pipeline.run(reader)
