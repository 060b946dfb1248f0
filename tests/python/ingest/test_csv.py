"""CSV as people have it: the same rows, names and refusals whether Python looks at the rows or not."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from gristmill import _core
from gristmill.extract.exceptions import ResourceExtractionError
from gristmill.sources.filesystem import filesystem, read_csv


def rows(content: bytes, name: str = "a.csv", **options: Any) -> list[dict[str, Any]]:
    Path("in").mkdir(exist_ok=True)
    Path("in", name).write_bytes(content)
    return list(filesystem(bucket_url="in", file_glob=name) | read_csv(**options))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id;name;price\n1;a;2,5\n2;b,c;3,5\n", {"id": 1, "name": "a", "price": "2,5"}),
        (b"id\tname\n1\ta,b;c\n", {"id": 1, "name": "a,b;c"}),
        (b"id|name\n1|a\n", {"id": 1, "name": "a"}),
        (b"id,name\n1,a;b\n2,c\n", {"id": 1, "name": "a;b"}),
        (b"name\na;b\n", {"name": "a;b"}),
        (b"\xef\xbb\xbfid,name\r\n\r\n1,a\r\n", {"id": 1, "name": "a"}),
        (b'\xef\xbb\xbf"id","name"\n1,"a\r\nb"\n', {"id": 1, "name": "a\r\nb"}),
        (b"id,a,a,\n1,x,y,z\n", {"id": 1, "a": "x", "a.1": "y", "Unnamed: 3": "z"}),
        (b"id,a,b\n1,x\n", {"id": 1, "a": "x", "b": None}),
        (b'id,a\n1,five 5" inches\n', {"id": 1, "a": 'five 5" inches'}),
        (b"id,ok,gap,code\n1,True,,007\n2,False,3,8\n", {"id": 1, "ok": True, "gap": None, "code": "007"}),
    ],
    ids=[
        *("semicolon", "tab", "bar", "comma_with_semicolons", "one_column", "mark_and_crlf", "quoted_newline"),
        *("names_twice_and_none", "short", "quote_in_text", "types"),
    ],
)
def test_forms(content: bytes, expected: dict[str, Any]) -> None:
    assert rows(content)[0] == expected


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b'id,name\n1,"abc\n2,b\n3,c\n', 2, "the quote at byte 10 is never closed"),
        (b'name\n"abc\nb\n', 2, "the quote at byte 5 is never closed"),
        (b'id,name\n1,"abc\n2,"def\n3,c\n', 2, "the quoted text that begins at byte 10"),
        (b"id,name\n1,a\n2,b,3\n", 3, "this record has 3 fields, and the header names 2"),
        (b"id,name\n1,a\n2,caf\xe9\n", 3, "it begins at byte 12 of the file"),
        (b"id,caf\xe9\n1,a\n", 1, "not UTF-8"),
    ],
    ids=["unclosed", "unclosed_in_one_column", "unclosed_twice", "long", "latin_1", "latin_1_header"],
)
def test_what_is_broken_is_refused_by_its_place(content: bytes, line: int, says: str) -> None:
    with pytest.raises(ResourceExtractionError, match=says) as caught:
        rows(content)
    assert f"a.csv:{line}" in str(caught.value)
    with pytest.raises(_core.GristmillError, match=says) as refused:
        list(_core.FileRows({"path": "a.csv", "format": "csv"}, content))
    assert (refused.value.file, refused.value.line) == ("a.csv", line)


def test_options_of_pandas() -> None:
    content = b"# made by hand\n1;'a;b'\n"
    assert rows(content, sep=";", quotechar="'", comment="#", names=["id", "name"]) == [{"id": 1, "name": "a;b"}]
    assert rows(b"id,name\n1,a\n", dtype=str) == [{"id": "1", "name": "a"}]
    assert rows(b"id,name\n1,a\n", usecols=["id"]) == [{"id": 1}]
    assert rows(b"id;price\n1;2,5\n", sep=";", decimal=",") == [{"id": 1, "price": 2.5}]
    assert rows(b"id,name\n1,caf\xe9\n", encoding="latin-1") == [{"id": 1, "name": "café"}]


def test_content_that_was_read_already() -> None:
    Path("in").mkdir()
    Path("in", "a.csv.gz").write_bytes(gzip.compress(b"id,name\n1,a\n"))
    files = filesystem(bucket_url="in", file_glob="*.gz", extract_content=True)
    assert list(files | read_csv()) == [{"id": 1, "name": "a"}]


def test_empty_files_have_no_rows() -> None:
    assert rows(b"") == []
    assert rows(b"id,name\n") == []


def test_infinite_numbers_are_kept_and_missing_dates_are_null() -> None:
    found = rows(b"n,day\ninf,2024-01-01\n-inf,\n")
    assert [row["n"] for row in found] == [float("inf"), float("-inf")]
    read_by_pandas = rows(b"n,day\ninf,2024-01-01\n,\n", parse_dates=["day"])
    assert read_by_pandas[0]["n"] == float("inf") and read_by_pandas[0]["day"].isoformat() == "2024-01-01T00:00:00"
    assert read_by_pandas[1] == {"n": None, "day": None}
