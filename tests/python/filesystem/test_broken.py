"""Files that are broken, empty, gone, growing or not to be read."""

from __future__ import annotations

import contextlib
import gzip
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import gristmill as dlt
from gristmill import context
from gristmill.exceptions import DltException, PipelineStepFailed, ResourceExtractionError
from gristmill.sources.filesystem import filesystem, read_csv, read_json, read_jsonl, read_parquet

pytestmark = pytest.mark.fault

BROKEN = b'{"id": 1}\n{"id": }\n{"id": 3}\n\xff\n'


def failure(resource) -> PipelineStepFailed:
    with pytest.raises(PipelineStepFailed) as caught:
        dlt.pipeline("files", destination="duckdb", dataset_name="data").run(resource.with_name("rows"))
    return caught.value


@pytest.mark.parametrize("seen", [False, True])
def test_a_broken_line_names_file_line_and_byte(seen: bool) -> None:
    Path("in", "a.jsonl").write_bytes(BROKEN)
    Path("in", "b.jsonl").write_bytes(b'{"id": 4}\n')
    resource = filesystem("in") | read_jsonl()
    error = failure(resource.add_map(lambda row: row) if seen else resource)
    assert "a.jsonl:2" in str(error)
    assert "byte 17 of the file" in str(error)


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_broken_lines_go_into_a_table_beside(seen: bool, packed: bool, loaded) -> None:
    name = "a.jsonl.gz" if packed else "a.jsonl"
    Path("in", name).write_bytes(gzip.compress(BROKEN) if packed else BROKEN)
    resource = (filesystem("in") | read_jsonl(on_error="quarantine")).with_name("rows")
    met: list[int] = []
    if seen:
        resource.add_map(lambda row: met.append(row["id"]) or row)
    assert loaded(resource, "select list(id order by id) from data.rows") == [([1, 3],)]
    assert met == ([1, 3] if seen else [])
    ask = "select parse_filename(file), line, byte, text, error from data.rows__quarantine order by line"
    found = loaded(None, ask)
    assert [row[:4] for row in found] == [(name, 2, 10, '{"id": }'), (name, 4, 29, "\ufffd")]
    assert found[1][4] == "the text is not UTF-8"


def test_a_table_that_is_replaced_replaces_what_is_beside(loaded) -> None:
    resource = filesystem("in") | read_jsonl(on_error="quarantine")
    Path("in", "a.jsonl").write_bytes(BROKEN)
    ask = "select count(*) from data.rows__quarantine"
    assert loaded(resource.with_name("rows"), ask, write_disposition="replace") == [(2,)]
    Path("in", "a.jsonl").write_bytes(b'{"id": 1}\n')
    assert loaded(resource.with_name("rows"), ask, write_disposition="replace") == [(0,)]


@pytest.mark.parametrize("seen", [False, True])
def test_broken_records_of_csv_go_into_a_table_beside(seen: bool, loaded) -> None:
    Path("in", "a.csv").write_bytes(b"id,name\n1,a\n2,b,c\n3,\xff\n4,d\n")
    resource = (filesystem("in") | read_csv(on_error="quarantine")).with_name("rows")
    if seen:
        resource.add_map(lambda row: row)
    assert loaded(resource, "select list(id order by id) from data.rows") == [([1, 4],)]
    ask = "select line, byte, text from data.rows__quarantine order by line"
    assert loaded(None, ask) == [(3, 12, "2,b,c"), (4, 18, "")]


def test_a_broken_document_goes_beside_as_a_whole(loaded) -> None:
    Path("in", "a.json").write_text('[{"id": 1},', "utf-8")
    Path("in", "b.json").write_text('[{"id": 2}]', "utf-8")
    resource = (filesystem("in") | read_json(on_error="quarantine")).with_name("rows")
    assert loaded(resource, "select id from data.rows") == [(2,)]
    assert loaded(None, "select parse_filename(file), text from data.rows__quarantine") == [("a.json", '[{"id": 1},')]


def test_another_word_for_errors_is_refused() -> None:
    Path("in", "a.jsonl").write_bytes(BROKEN)
    with pytest.raises(ResourceExtractionError, match="on_error"):
        list(filesystem("in") | read_jsonl(on_error="ignore"))


@pytest.mark.parametrize(("reader", "name"), [(read_jsonl, "a.jsonl.gz"), (read_csv, "a.csv.gz")])
def test_a_gzip_that_is_cut_is_named(reader, name: str) -> None:
    text = b"id\n" + b"".join(b"%d\n" % (n * 7919) for n in range(9999))
    Path("in", name).write_bytes(gzip.compress(text)[:-200])
    error = failure(filesystem("in") | reader())
    assert name in str(error)
    assert "ends in the middle of its compressed stream" in str(error)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv", "a.csv.gz", "a.parquet", "a.json"])
def test_an_empty_file_has_no_rows(name: str, loaded) -> None:
    Path("in", name).touch()
    reader = {"jsonl": read_jsonl, "csv": read_csv, "parquet": read_parquet, "json": read_json}[name.split(".")[1]]
    assert list(filesystem("in") | reader()) == []
    assert loaded((filesystem("in") | reader()).with_name("rows"), "select 1") == [(1,)]


def test_a_mark_of_the_byte_order_is_no_data(loaded) -> None:
    Path("in", "a.jsonl").write_bytes(b'\xef\xbb\xbf{"id": 1}\n')
    Path("in", "a.csv").write_bytes(b"\xef\xbb\xbfid\n2\n")
    assert list(filesystem("in", file_glob="*.jsonl") | read_jsonl()) == [{"id": 1}]
    assert list(filesystem("in", file_glob="*.csv") | read_csv()) == [{"id": 2}]


def test_other_encodings_are_named(loaded) -> None:
    Path("in", "a.jsonl").write_bytes('{"id": 1}\n'.encode("utf-16"))
    assert "UTF-16" in str(failure(filesystem("in") | read_jsonl()))
    Path("in", "a.csv").write_bytes("id,name\n1,Zürich\n".encode("latin-1"))
    table = (filesystem("in", file_glob="*.csv") | read_csv(encoding="latin-1")).with_name("rows")
    assert loaded(table, "select name from data.rows") == [("Zürich",)]


def test_a_folder_with_the_name_of_a_file_is_passed_over() -> None:
    Path("in", "x.csv").mkdir()
    Path("in", "y.csv").write_text("id\n1\n", "utf-8")
    assert list(filesystem("in", file_glob="*.csv") | read_csv()) == [{"id": 1}]


@pytest.mark.parametrize("others", [0, 3])
def test_a_file_that_vanishes_is_named(others: int) -> None:
    for number in range(others + 1):
        Path("in", f"{number}.jsonl").write_text('{"id": 1}\n', "utf-8")

    @dlt.transformer
    def vanishing(items):
        Path("in", "0.jsonl").unlink()
        yield items

    assert "there is no file" in str(failure(filesystem("in") | vanishing | read_jsonl()))


def test_a_file_that_grew_is_read_to_its_end(loaded) -> None:
    Path("in", "a.csv").write_text("id\n1\n", "utf-8")

    @dlt.transformer
    def growing(items):
        with Path("in", "a.csv").open("a") as file:
            file.write("2\nx\n")
        yield items

    table = (filesystem("in") | growing | read_csv()).with_name("rows")
    assert loaded(table, "select list(id) from data.rows") == [(["1", "2", "x"],)]


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_may_not_be_read_is_named() -> None:
    # Folders of pytest are closed to others, and so is a pipeline that an earlier test left active.
    context.deactivate()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "a.jsonl")
        file.write_text('{"id": 1}\n', "utf-8")
        # What is imported on the way is imported now.
        assert list(filesystem(folder) | read_jsonl()) == [{"id": 1}]
        file.chmod(0)
        with as_nobody(), pytest.raises(DltException, match="may not be read by this user"):
            list(filesystem(folder) | read_jsonl())


def test_nothing_that_matches_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING", logger="gristmill"):
        assert list(filesystem("in", file_glob="*.csv") | read_csv()) == []
    assert "matches `*.csv`" in caplog.text
