"""CSV without a header, whose columns are named."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("1,a\n2,b\n")
    from dlt.sources.filesystem import filesystem, read_csv

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.csv")
    pipeline.run((files | read_csv(header=None, names=["id", "name"])).with_name("rows"))
