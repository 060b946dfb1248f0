"""CSV with options that only pandas knows."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("skip me\nid;price\n1;1,5\n2;2,25\n")
    from dlt.sources.filesystem import filesystem, read_csv

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.csv")
    pipeline.run((files | read_csv(sep=";", decimal=",", skiprows=1)).with_name("rows"))
