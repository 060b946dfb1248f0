"""An address that begins with `file://`, with characters that addresses escape."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a b#c.jsonl").write_text('{"id": 1}\n')
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=folder.as_uri(), file_glob="*.jsonl")
    pipeline.run((files | read_jsonl()).with_name("rows"))
    return [item["file_url"].rsplit("/", 1)[1] for item in filesystem(bucket_url=folder.as_uri())]
