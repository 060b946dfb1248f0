"""The content of files, extracted by the resource."""

from __future__ import annotations

import gzip


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("one\ntwo\n")
    (folder / "b.txt.gz").write_bytes(gzip.compress(b"three\n"))
    from dlt.sources.filesystem import filesystem

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.transformer
    def lines(items):
        for item in items:
            with item.open("rt", encoding="utf-8") as stream:
                yield [{"file": item["file_name"], "line": line.strip()} for line in stream]
            yield {"file": item["file_name"], "line": f"{len(item['file_content']) == item['size_in_bytes']}"}

    files = filesystem(bucket_url=str(folder), extract_content=True)
    pipeline.run((files | lines).with_name("rows"))
