"""File systems of fsspec: by address, with arguments, and as objects, also of classes of one's own."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

import gristmill as dlt
from gristmill.sources.filesystem import filesystem, read_csv, read_jsonl

Loaded = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def memory() -> Iterator[MemoryFileSystem]:
    """Files in memory."""
    store = fsspec.filesystem("memory")
    store.pipe(
        {"/shop/raw/a.jsonl": b'{"id": 1}\n', "/shop/raw/deep/b.jsonl": b'{"id": 2}\n', "/shop/c.csv": b"id\n3\n"}
    )
    yield store
    store.rm("/shop", recursive=True)


@pytest.mark.parametrize("given", [True, False])
def test_files_in_memory(memory: MemoryFileSystem, loaded: Loaded, given: bool) -> None:
    files = filesystem("memory://shop/raw", memory if given else None, file_glob="**/*.jsonl")
    rows = (files | read_jsonl(file_column="_file")).with_name("rows")
    assert loaded(rows, "select id, _file from data.rows order by id") == [(1, "a.jsonl"), (2, "deep/b.jsonl")]
    assert [row["id"] for row in filesystem("memory://shop", file_glob="*.csv") | read_csv()] == [3]


def test_a_file_system_of_ones_own_opens_each_file(memory: MemoryFileSystem, loaded: Loaded) -> None:
    opened: list[str] = []

    class Watched(MemoryFileSystem):
        def _open(self, path: str, *arguments: Any, **options: Any) -> Any:
            opened.append(path)
            return super()._open(path, *arguments, **options)

    assert memory.exists("/shop/c.csv")
    rows = (filesystem("memory://shop/raw", Watched(), file_glob="*.jsonl") | read_jsonl()).with_name("rows")
    assert loaded(rows, "select id from data.rows") == [(1,)]
    assert opened == ["/shop/raw/a.jsonl"]


def test_files_in_an_archive_are_new_once(loaded: Loaded) -> None:
    with zipfile.ZipFile("in.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("in/a.jsonl", (2024, 5, 1, 12, 0, 0)), '{"id": 1}\n')
        archive.writestr(zipfile.ZipInfo("in/b.jsonl", (2024, 5, 2, 12, 0, 0)), '{"id": 2}\n')

    def rows() -> Any:
        files = filesystem(
            "zip://in",
            kwargs={"fo": "in.zip"},
            file_glob="*.jsonl",
            incremental=dlt.sources.incremental("modification_date"),
        )
        return (files | read_jsonl()).with_name("rows")

    for _ in range(2):
        assert loaded(rows(), "select id from data.rows order by id") == [(1,), (2,)]
    with zipfile.ZipFile("in.zip", "a") as archive:
        archive.writestr(zipfile.ZipInfo("in/c.jsonl", (2024, 5, 3, 12, 0, 0)), '{"id": 3}\n')
    fsspec.filesystem("zip", fo="in.zip").clear_instance_cache()
    assert loaded(rows(), "select id from data.rows order by id") == [(1,), (2,), (3,)]


def test_an_archive_is_read_through_an_object(loaded: Loaded) -> None:
    with zipfile.ZipFile("in.zip", "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
    opened = fsspec.filesystem("zip", fo="in.zip")
    rows = (filesystem("zip://", opened, file_glob="*.csv") | read_csv()).with_name("rows")
    assert loaded(rows, "select id from data.rows") == [(1,)]
    opened.close()
