"""The files themselves as rows."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    for name in ("a.csv", "b.jsonl", "c.parquet", "d.csv.gz", "e", "f.json"):
        (folder / name).write_text("x" * len(name))
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    from dlt.sources.filesystem import filesystem

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), files_per_page=4)
    files.add_map(lambda item: {**item, "file_url": item["file_url"].rsplit("/", 1)[1]})
    pipeline.run(files.with_name("files"), write_disposition="replace")
