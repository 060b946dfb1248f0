"""Files of CSV with numbers, gaps, booleans and text."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id,name,price,ok\n1,a,1.5,True\n2,,2,False\n")
    (folder / "b.csv").write_text("id,name,price,ok\n3,c,,True\n")
    from dlt.sources.filesystem import filesystem, read_csv

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.csv")
    pipeline.run((files | read_csv()).with_name("rows"))
