"""The cursor of files set by hints, under a name of one's own."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()

    def write(name, text, time):
        (folder / name).write_text(text)
        os.utime(folder / name, (time, time))

    from dlt.sources.filesystem import filesystem, read_csv

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def load():
        files = filesystem(bucket_url=str(folder), file_glob="*.csv").with_name("shop_files")
        files.apply_hints(incremental=dlt.sources.incremental("modification_date", primary_key="file_name"))
        pipeline.run((files | read_csv()).with_name("rows"))

    write("a.csv", "id\n1\n", 1_700_000_000)
    load()
    write("b.csv", "id\n2\n", 1_700_000_100)
    load()
