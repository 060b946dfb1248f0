"""Address and glob from configuration."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"id": 1}\n')
    (folder / "b.txt").write_text("no")
    os.environ["SOURCES__FILESYSTEM__BUCKET_URL"] = str(folder)
    os.environ["SOURCES__FILESYSTEM__FILE_GLOB"] = "*.jsonl"
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run((filesystem() | read_jsonl()).with_name("rows"))
