"""CSV that comes in several chunks and is mapped."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id\n" + "".join(f"{n}\n" for n in range(25)))
    from dlt.sources.filesystem import filesystem, read_csv

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url=str(folder), file_glob="*.csv")
    reader = files | read_csv(chunksize=10)
    pipeline.run(reader.with_name("rows").add_map(lambda row: {**row, "twice": row["id"] * 2}))
