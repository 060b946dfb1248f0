"""Rows of files merged by their key."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id,name\n1,a\n2,b\n")
    (folder / "b.csv").write_text("id,name\n2,c\n3,d\n")
    from dlt.sources.filesystem import filesystem, read_csv

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    for name in ("a.csv", "b.csv"):
        reader = filesystem(bucket_url=str(folder), file_glob=name) | read_csv()
        reader.apply_hints(primary_key="id", write_disposition="merge")
        pipeline.run(reader.with_name("rows"))
