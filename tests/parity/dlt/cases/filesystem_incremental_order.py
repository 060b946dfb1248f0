"""Files in the order of their times, the newest first."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    for name, time in {"a": 300, "b": 100, "c": 200}.items():
        (folder / f"{name}.jsonl").write_text(f'{{"name": "{name}"}}\n')
        os.utime(folder / f"{name}.jsonl", (1_700_000_000 + time,) * 2)
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    cursor = dlt.sources.incremental("modification_date", primary_key="file_name", row_order="desc")
    files = filesystem(bucket_url=str(folder), file_glob="*.jsonl", incremental=cursor, files_per_page=1)
    names = [row["name"] for row in files | read_jsonl()]
    pipeline.run((files | read_jsonl()).with_name("rows"))
    return names
