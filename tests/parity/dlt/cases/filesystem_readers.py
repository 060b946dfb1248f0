"""The source with all readers, of which some are chosen."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id\n1\n")
    (folder / "b.csv").write_text("id\n2\n")
    from dlt.sources.filesystem import readers

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    source = readers(bucket_url=str(folder), file_glob="*.csv")
    pipeline.run(source.with_resources("read_csv"))
    return sorted(
        name for name in source.resources if name in ("read_csv", "read_jsonl", "read_parquet", "read_csv_duckdb")
    )
