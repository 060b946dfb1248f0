"""A glob of one folder's level."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    for place in ("x", "x/y", "z"):
        (folder / place).mkdir(exist_ok=True)
        (folder / place / "a.jsonl").write_text(f'{{"place": "{place}"}}\n')
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*/a.jsonl")
    pipeline.run((files | read_jsonl()).with_name("rows"))
