"""Files that changed since the last load, by their time."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()

    def write(name, text, time):
        (folder / name).write_text(text)
        os.utime(folder / name, (time, time))

    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def load():
        cursor = dlt.sources.incremental("modification_date", primary_key="file_name")
        files = filesystem(bucket_url=str(folder), file_glob="*.jsonl", incremental=cursor)
        pipeline.run((files | read_jsonl()).with_name("rows"))

    write("a.jsonl", '{"id": 1}\n', 1_700_000_000)
    load()
    write("b.jsonl", '{"id": 2}\n', 1_700_000_100)
    load()
    load()
    write("a.jsonl", '{"id": 3}\n', 1_700_000_200)
    load()
