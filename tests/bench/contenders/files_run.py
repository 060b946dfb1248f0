"""Read the files of a folder with one pipeline: `files_run.py gristmill|dlt <rows a chunk> <input> <folder>`."""

from __future__ import annotations

import importlib
import resource
import sys


def main() -> None:
    """Import, mark, run, and check that rows arrived."""
    name, chunk, read, folder = sys.argv[1:]
    dlt = importlib.import_module(name)
    files = importlib.import_module(f"{name}.sources.filesystem")
    importlib.import_module("duckdb")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"ready {usage.ru_utime + usage.ru_stime}", flush=True)
    # Parquet is the fastest way for dlt to load nested rows.
    options = {"loader_file_format": "parquet"} if name == "dlt" else {}
    pipeline = dlt.pipeline("bench", destination=dlt.destinations.duckdb(f"{folder}/out.duckdb"), dataset_name="data")
    reader = files.filesystem(bucket_url=read, file_glob="*.jsonl") | files.read_jsonl(chunksize=int(chunk))
    pipeline.run(reader.with_name("products"), **options)
    with pipeline.sql_client() as client:
        loaded = client.execute_sql("select count(*), count(distinct asin) from products")[0]
    assert loaded[0] == loaded[1] > 0, loaded


if __name__ == "__main__":
    main()
