"""Which files a load reads: by time, by a list of those that were read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed
from gristmill.sources.filesystem import filesystem, read_jsonl


def write(name: str, text: str, time: int) -> None:
    path = Path("in", name)
    path.write_text(text, "utf-8")
    os.utime(path, (time, time))


def test_files_that_changed_since(loaded) -> None:
    def run() -> list[int]:
        files = filesystem("in", incremental=dlt.sources.incremental("modification_date"))
        found = loaded((files | read_jsonl()).with_name("rows"), "select list(id order by rowid) from data.rows")
        return found[0][0]

    write("a.jsonl", '{"id": 1}\n', 1000)
    assert run() == [1]
    write("b.jsonl", '{"id": 2}\n', 2000)
    assert run() == [1, 2]
    assert run() == [1, 2]
    write("a.jsonl", '{"id": 3}\n', 3000)
    assert run() == [1, 2, 3]


def test_files_in_the_order_of_their_time() -> None:
    for name, time in {"a.txt": 3000, "b.txt": 1000, "c.txt": 2000}.items():
        write(name, "x", time)

    def names(order: str) -> list[str]:
        cursor = dlt.sources.incremental("modification_date", row_order=order)
        return [item["file_name"] for item in filesystem("in", incremental=cursor)]

    assert names("asc") == ["b.txt", "c.txt", "a.txt"]
    assert names("desc") == ["a.txt", "c.txt", "b.txt"]


def test_files_that_no_load_had_or_that_changed(loaded) -> None:
    def run(fails: bool = False) -> list[int]:
        files = (filesystem("in", new_files_only=True, files_per_page=1) | read_jsonl()).with_name("rows")
        if fails:
            files.add_map(lambda row: 1 / 0)
        found = loaded(files, "select list(id order by rowid) from data.rows")
        return found[0][0]

    write("b.jsonl", '{"id": 1}\n', 2000)
    assert run() == [1]
    # Older than the one that was read: a cursor on the time would pass it over.
    write("a.jsonl", '{"id": 2}\n', 1000)
    with pytest.raises(PipelineStepFailed):
        run(fails=True)
    assert run() == [1, 2]
    assert run() == [1, 2]
    write("a.jsonl", '{"id": 30}\n', 1000)
    assert run() == [1, 2, 30]


def test_a_limit_of_pages_forgets_no_file_and_reads_none_twice() -> None:
    for number in range(4):
        write(f"{number}.jsonl", f'{{"id": {number}}}\n', 1000 + number)
    pipeline = dlt.pipeline("files", destination="duckdb", dataset_name="data")
    for _ in range(3):
        files = filesystem("in", new_files_only=True, files_per_page=2).add_limit(1)
        pipeline.run((files | read_jsonl()).with_name("rows"))
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select list(id order by id) from data.rows") == [([0, 1, 2, 3],)]
