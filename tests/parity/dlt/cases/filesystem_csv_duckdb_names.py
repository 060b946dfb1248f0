"""CSV read by DuckDB in small chunks, with the names of the files."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id\n1\n2\n3\n")
    (folder / "b.csv").write_text("id\n4\n")
    from dlt.sources.filesystem import filesystem, read_csv_duckdb

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.csv")
    pipeline.run((files | read_csv_duckdb(chunk_size=2, filename=True)).with_name("rows"))
