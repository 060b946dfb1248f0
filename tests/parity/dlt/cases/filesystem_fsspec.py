"""A file system of fsspec as credentials."""

from __future__ import annotations

from fsspec.implementations.memory import MemoryFileSystem


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    memory = MemoryFileSystem()
    memory.pipe("/shop/a.jsonl", b'{"id": 1}\n')
    memory.pipe("/shop/deep/b.jsonl", b'{"id": 2}\n')
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    files = filesystem(bucket_url="memory://shop", credentials=memory, file_glob="**/*.jsonl")
    pipeline.run((files | read_jsonl()).with_name("rows"))
    return sorted(item["relative_path"] for item in files)
