"""A transformer of one's own that opens files and asks their file system."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("one\ntwo\n")
    (folder / "b.txt").write_text("three\n")
    from dlt.sources.filesystem import filesystem

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.transformer(name="rows")
    def rows(items):
        for item in items:
            with item.open() as stream:
                first = stream.readline()
            yield {
                "file": item["file_name"],
                "path": item["relative_path"],
                "kind": item["mime_type"],
                "first": first.decode(),
                "size": len(item.read_bytes()),
                "there": item.fsspec.exists(item.local_file_path),
            }

    pipeline.run(filesystem(bucket_url=str(folder)) | rows)
