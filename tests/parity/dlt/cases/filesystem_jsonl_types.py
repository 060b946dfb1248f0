"""JSON lines whose columns change their types from file to file."""

from __future__ import annotations


def run(dlt, tmp):
    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"id": 1, "v": 1, "at": "2024-01-02T03:04:05Z", "deep": {"x": [{"y": 1}]}}\n')
    (folder / "b.jsonl").write_text('{"id": 2, "v": "text", "deep": {"x": [{"y": 2, "z": null}], "w": 1.5}}\n')
    from dlt.sources.filesystem import filesystem, read_jsonl

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    for name in ("a.jsonl", "b.jsonl"):
        files = filesystem(bucket_url=str(folder), file_glob=name)
        pipeline.run((files | read_jsonl()).with_name("rows"))
