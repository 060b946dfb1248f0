"""Files of JSON lines."""

from __future__ import annotations


def run(dlt, tmp):
    (tmp / "in").mkdir()
    (tmp / "in" / "a.jsonl").write_text('{"id": 1, "tags": ["x"]}\n{"id": 2, "v": 1.5}\n')
    (tmp / "in" / "b.jsonl").write_text('{"id": 3, "tags": []}\n')
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    files = filesystem(bucket_url=str(tmp / "in"), file_glob="*.jsonl")
    pipeline.run((files | read_jsonl()).with_name("rows"))
