"""Files of JSON lines whose rows are mapped in Python."""

from __future__ import annotations


def run(dlt, tmp):
    (tmp / "in").mkdir()
    (tmp / "in" / "a.jsonl").write_text('{"id": 1}\n{"id": 2}\n')
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    files = filesystem(bucket_url=str(tmp / "in"), file_glob="*.jsonl")
    pipeline.run((files | read_jsonl()).with_name("rows").add_map(lambda r: {**r, "twice": r["id"] * 2}))
