"""Files as data: whole to the core, or row by row when Python looks at them."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pytest

import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed
from gristmill.extract.items import FileItem
from gristmill.sources.filesystem import FileNotReadable, filesystem, read_csv, read_file, read_jsonl


def loaded(resource, sql: str) -> list[tuple]:
    pipeline = dlt.pipeline("files", destination="duckdb", dataset_name="data")
    pipeline.run(resource)
    connection = duckdb.connect("files.duckdb", read_only=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_read_file_by_suffix() -> None:
    assert read_file("a.jsonl") == FileItem("a.jsonl", "jsonl", None, {})
    assert read_file("a.ndjson.gz") == FileItem("a.ndjson.gz", "jsonl", "gzip", {})
    assert read_file("a.csv").format == "csv"
    assert read_file("a.txt", format="csv").format == "csv"
    with pytest.raises(FileNotReadable, match=r"a\.txt"):
        read_file("a.txt")


def test_lines_and_children() -> None:
    Path("a.jsonl").write_text('{"id": 1, "tags": ["x", "y"]}\n{"id": 2}\n', "utf-8")
    resource = dlt.resource([read_file("a.jsonl")], name="rows")
    assert loaded(resource, "select count(*) from data.rows union all select count(*) from data.rows__tags") == [
        (2,),
        (2,),
    ]


def test_packed_csv() -> None:
    with gzip.open("a.csv.gz", "wt") as file:
        file.write("id,name\n1,a\n2,\n")
    resource = dlt.resource([read_file("a.csv.gz")], name="rows")
    assert loaded(resource, "select id, name from data.rows order by id") == [(1, "a"), (2, None)]


def test_folder_of_files_never_becomes_objects() -> None:
    Path("in").mkdir()
    Path("in", "a.jsonl").write_text('{"id": 1}\n', "utf-8")
    files = filesystem(bucket_url="in", file_glob="*.jsonl") | read_jsonl()
    assert loaded(files.with_name("rows"), "select id from data.rows") == [(1,)]


def test_rows_are_objects_once_python_looks() -> None:
    Path("in").mkdir()
    Path("in", "a.csv").write_text("id,code\n1,007\n", "utf-8")
    files = filesystem(bucket_url="in", file_glob="*.csv") | read_csv()
    seen: list[dict] = []
    mapped = files.with_name("rows").add_map(lambda row: seen.append(row) or row)
    assert loaded(mapped, "select id, code from data.rows") == [(1, "007")]
    assert seen == [{"id": 1, "code": "007"}]
    assert list(filesystem(bucket_url="in") | read_csv()) == [{"id": 1, "code": "007"}]


def test_broken_line_is_named() -> None:
    Path("a.jsonl").write_text('{"id": 1}\n{"id": \n', "utf-8")
    with pytest.raises(PipelineStepFailed) as caught:
        loaded(dlt.resource([read_file("a.jsonl")], name="rows"), "")
    assert caught.value.line == 2
    assert "a.jsonl" in str(caught.value)


def test_missing_folder_is_named() -> None:
    with pytest.raises(FileNotReadable, match="nowhere"):
        list(filesystem(bucket_url="nowhere"))
