"""Files become rows, whatever their last line, their line ends and their size; a broken record is named by its place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from gristmill import _core

if TYPE_CHECKING:
    from .conftest import Loader

Write = Callable[[str, str | bytes], str]


def read(loader: Loader, path: str, options: dict[str, Any] | None = None, **described: Any) -> int:
    extract = loader.extract(threads=4)
    try:
        rows = extract.files(
            {"name": "t", "resource": "t"}, [({"path": path, "options": options or {}, **described}, None)]
        )
    except _core.GristmillError:
        extract.abort()
        raise
    loader.load(extract)
    return rows


def values(loader: Loader) -> list[tuple[Any, ...]]:
    return loader.rows("select * exclude (_dlt_load_id, _dlt_id) from raw.t")


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}\n{"a": 2}\n',
        b'{"a": 1}\n{"a": 2}',
        b'{"a": 1}\r\n\r\n{"a": 2}\r\n',
        b'\n\n{"a": 1}\n   \n{"a": 2}\n\n',
        b'\xef\xbb\xbf{"a": 1}\n{"a": 2}\n',
        b'[{"a": 1}, {"a": 2}]\n',
    ],
    ids=["newline_at_end", "no_newline_at_end", "crlf", "blank_lines", "byte_order_mark", "a_list_in_a_line"],
)
@pytest.mark.parametrize("block_bytes", [1, 7, 1 << 20])
def test_json_lines(content: bytes, block_bytes: int, loader: Loader, write: Write) -> None:
    assert read(loader, write("a.jsonl", content), {"block_bytes": block_bytes}) == 2
    assert values(loader) == [(1,), (2,)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_an_empty_file_has_no_rows(name: str, loader: Loader, write: Write) -> None:
    assert read(loader, write(name, "")) == 0


def test_a_document_of_a_list(loader: Loader, write: Write) -> None:
    assert read(loader, write("a.json", '[{"a": 1},\n {"a": 2}]\n')) == 2
    assert values(loader) == [(1,), (2,)]


def test_gzip_by_its_name(loader: Loader, write: Write) -> None:
    assert read(loader, write("a.jsonl.gz", gzip.compress(b'{"a": 1}\n') + gzip.compress(b'{"a": 2}\n'))) == 2


def test_many_blocks_keep_the_order_and_agree_on_the_schema(loader: Loader, write: Write) -> None:
    # A type that changes and columns that come late are met by different threads.
    items = [{"n": n, f"late_{n // 100}": n, "mixed": n if n < 500 else str(n) + "x", "tags": [n]} for n in range(1000)]
    lines = "".join(json.dumps(item) + "\n" for item in items)
    assert read(loader, write("a.jsonl", lines), {"block_bytes": 512}) == 1000
    assert [n for (n,) in loader.rows("select n from raw.t")] == list(range(1000))
    assert loader.rows("select count(mixed), count(mixed__v_text) from raw.t") == [(500, 500)]
    assert loader.rows("select count(*), sum(value) from raw.t__tags") == [(1000, 499500)]
    assert loader.rows("select count(*) from duckdb_columns() where table_name = 't' and column_name like 'late%'") == [
        (10,)
    ]


@pytest.mark.parametrize(
    ("name", "content", "options", "line", "column", "said"),
    [
        ("a.jsonl", b'{"a": 1}\n\n{"a": 1,, }\n', {}, 3, 9, "this line is not JSON"),
        ("a.jsonl", b'{"a": 1}\n{"a": "cut', {}, 2, 10, "EOF while parsing a string"),
        ("a.jsonl", b'{"a": 1}\n{"a": "\xff"}\n', {}, 2, 8, "not UTF-8"),
        (
            "a.jsonl",
            b'{"a": 1}\n{"a": "' + b"x" * 500 + b'"}\n',
            {"record_bytes_max": 100, "block_bytes": 50},
            2,
            1,
            "longer than 100 bytes",
        ),
        ("a.json", b'[{"a": 1},\n {"a": 2}', {}, None, None, "not JSON"),
        ("a.csv", b"a,b\n1,2\n1,2,3\n", {}, 3, None, "has 3 fields, and the header names 2"),
        ("a.csv", b"a,b\n1,\xff\n", {}, 2, None, "field 2 of this record is not UTF-8"),
        (
            "a.csv",
            b'a,b\n1,"never closed\n' + b"x\n" * 300_000,
            {"record_bytes_max": 1000},
            None,
            None,
            "longer than the limit",
        ),
    ],
)
def test_a_broken_record_is_named_by_its_place(
    name: str,
    content: bytes,
    options: dict[str, Any],
    line: int | None,
    column: int | None,
    said: str,
    loader: Loader,
    write: Write,
) -> None:
    loader.items([{"id": 1}])
    path = write(name, content)
    with pytest.raises(_core.GristmillError, match=said) as caught:
        read(loader, path, options)
    error = caught.value
    assert (error.kind, error.file) == ("data", path)
    assert line is None or error.line == line
    assert column is None or error.column == column
    assert error.hint is not None
    assert loader.rows("select count(*) from raw.t") == [(1,)]
    assert not list(loader.packages.iterdir())


def test_the_first_broken_line_is_the_one_that_is_told(loader: Loader, write: Write) -> None:
    lines = ['{"a": 1}'] * 5000
    lines[1234] = lines[4321] = "{broken"
    with pytest.raises(_core.GristmillError) as caught:
        read(loader, write("a.jsonl", "\n".join(lines)), {"block_bytes": 100})
    assert caught.value.line == 1235


@pytest.mark.parametrize(
    ("path", "kind", "hint"),
    [("orders.jsnl", "file-not-found", "there is `orders.jsonl`"), (".", "io", "name a file in it")],
)
def test_a_file_that_cannot_be_opened(path: str, kind: str, hint: str, loader: Loader, write: Write) -> None:
    folder = write("orders.jsonl", "").removesuffix("/orders.jsonl")
    with pytest.raises(_core.GristmillError) as caught:
        read(loader, f"{folder}/{path}", format="jsonl")
    assert caught.value.kind == kind
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_a_gzip_stream_that_is_cut(loader: Loader, write: Write) -> None:
    with pytest.raises(_core.GristmillError, match="in the middle of its compressed stream"):
        read(loader, write("a.jsonl.gz", gzip.compress(b'{"a": 1}\n' * 500)[:-12]))


def test_csv_types_are_those_that_pandas_finds(loader: Loader, write: Write) -> None:
    content = 'id,price,gaps,ok,maybe,name,code,none,when\n1,2.5,1,True,true,"a, ""b""\nc",007,,2024-01-01T00:00:00Z\n2,3,,False,,NA,08,,\n'
    assert read(loader, write("a.csv", content)) == 2
    columns = loader.rows(
        "select column_name, data_type from duckdb_columns() where table_name = 't' order by column_index"
    )
    assert columns[:8] == [
        ("id", "BIGINT"),
        ("price", "DOUBLE"),
        ("gaps", "DOUBLE"),
        ("ok", "BOOLEAN"),
        ("maybe", "BOOLEAN"),
        ("name", "VARCHAR"),
        ("code", "VARCHAR"),
        ("when", "TIMESTAMP WITH TIME ZONE"),
    ]
    shown = loader.rows('select id, price, gaps, ok, maybe, name, code, "when"::varchar is null from raw.t')
    assert shown == [
        (1, 2.5, 1.0, True, True, 'a, "b"\nc', "007", False),
        (2, 3.0, None, False, None, None, "08", True),
    ]


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        ("a;b\n1;2\n", {"delimiter": ";"}, [("a", 1), ("b", 2)]),
        ("1,2\n", {"header": False, "names": ["x", "y"]}, [("x", 1), ("y", 2)]),
        ("a,a,\n1,2,3\n", {}, [("a", 1), ("a_1", 2), ("unnamed_2", 3)]),
        ("a,b\n1\n", {}, [("a", 1)]),
        ("a,b\r\n\r\n1,2\r\n", {}, [("a", 1), ("b", 2)]),
        ("a,b\n1,2", {"all_text": True}, [("a", "1"), ("b", "2")]),
    ],
    ids=["delimiter", "no_header", "names_twice_and_none", "short_record", "crlf_and_blank", "all_text"],
)
def test_csv_forms(
    content: str, options: dict[str, Any], expected: list[tuple[str, Any]], loader: Loader, write: Write
) -> None:
    assert read(loader, write("a.csv", content), options) == 1
    columns = loader.rows(
        "select column_name from duckdb_columns() where table_name = 't' and column_name not like '\\_dlt%' escape '\\'"
    )
    assert list(zip([column for (column,) in columns], values(loader)[0], strict=True)) == expected


def test_csv_leaves_what_dlts_reader_leaves(loader: Loader, write: Write, tmp_path: Path) -> None:
    """dlt hands pandas' records on; without codes with leading zeros the two agree."""
    content = (
        "id,whole,part,flag,text,gap,word,stamp,date,big,spaced,signed\n"
        '1,10,1.5,True,"x, y",,NA,2024-01-01T10:00:00Z,2024-01-01,9223372036854775807, 4,+3\n'
        "2,20,2e3,False,z,5,None,2024-01-02T10:00:00Z,2024-01-02,1, 5,-3\n"
        "3,30,-.5,True,,7,w,,,2,6,0\n"
    )
    path = write("a.csv", content)
    assert read(loader, path) == 3
    frame = pd.read_csv(path)
    records = [
        {key: None if pd.isna(value) else value for key, value in record.items()}
        for record in frame.to_dict(orient="records")
    ]
    loader.items(records, table="by_pandas")
    columns = "select column_name, data_type from duckdb_columns() where table_name = '{}' order by column_index"
    assert loader.rows(columns.format("t")) == loader.rows(columns.format("by_pandas"))
    rows = "select columns(lambda c: c not like '\\_dlt%' escape '\\')::varchar from raw.{} order by id"
    assert loader.rows(rows.format("t")) == loader.rows(rows.format("by_pandas"))
