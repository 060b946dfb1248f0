"""CSV read by DuckDB, with its types."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id,day,price\n1,2024-01-02,1.5\n2,2024-02-03,\n")
    from dlt.sources.filesystem import filesystem, read_csv_duckdb

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.csv")
    pipeline.run((files | read_csv_duckdb()).with_name("rows"))
