"""Two runs of one pipeline at the same time: one is refused, by name where it can be, and no row comes twice."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

import gristmill as dlt
from gristmill.exceptions import PipelineBusy, PipelineStepFailed

SCRIPT = """
import sys
import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed

@dlt.resource
def rows(at=dlt.sources.incremental("id", initial_value=0)):
    yield [{"id": number} for number in (1, 2, 3)]

database, pipelines_dir = sys.argv[1:]
pipeline = dlt.pipeline(
    "shop", destination=dlt.destinations.duckdb(database), dataset_name="data", pipelines_dir=pipelines_dir
)
try:
    pipeline.run(rows())
    print("loaded")
except PipelineStepFailed as error:
    print(type(error.exception).__name__, error)
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def pipeline(pipelines_dir: str = "one") -> Any:
    destination = dlt.destinations.duckdb("store.duckdb")
    folder = str(Path(pipelines_dir).absolute())
    return dlt.pipeline("shop", destination=destination, dataset_name="data", pipelines_dir=folder)


def rows(meanwhile: Callable[[], Any] = lambda: None) -> Any:
    @dlt.resource
    def rows(at=dlt.sources.incremental("id", initial_value=0)):
        meanwhile()
        yield [{"id": number} for number in (1, 2, 3)]

    return rows()


def ids() -> list[int]:
    with duckdb.connect("store.duckdb") as connection:
        return [row[0] for row in connection.execute("select id from data.rows order by id").fetchall()]


def other_process(pipelines_dir: str, **environment: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, "store.duckdb", str(Path(pipelines_dir).absolute())],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout


@pytest.mark.parametrize("pipelines_dir", ["one", "two"])
def test_another_process_is_refused_at_once(pipelines_dir: str) -> None:
    told: list[str] = []
    pipeline().run(rows(lambda: told.append(other_process(pipelines_dir))))
    (text,) = told
    assert text.startswith("PipelineBusy")
    assert f"process {os.getpid()} on host `{socket.gethostname()}`" in text
    assert ids() == [1, 2, 3]
    assert other_process(pipelines_dir) == "loaded\n"
    assert ids() == [1, 2, 3]


@pytest.mark.parametrize("pipelines_dir", ["one", "two"])
def test_another_thread_is_refused_at_once(pipelines_dir: str) -> None:
    errors: list[BaseException] = []

    def second() -> None:
        try:
            pipeline(pipelines_dir).run(rows())
        except PipelineStepFailed as error:
            errors.append(error.exception)

    def meanwhile() -> None:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    pipeline().run(rows(meanwhile))
    assert [type(error) for error in errors] == [PipelineBusy]
    assert str(os.getpid()) in str(errors[0])
    assert ids() == [1, 2, 3]


def test_one_object_in_two_threads() -> None:
    shared = pipeline()
    errors: list[BaseException] = []

    def second() -> None:
        try:
            shared.run(rows())
        except PipelineStepFailed as error:
            errors.append(error.exception)

    def meanwhile() -> None:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    shared.run(rows(meanwhile))
    assert [type(error) for error in errors] == [PipelineBusy]
    assert ids() == [1, 2, 3]


def test_a_run_that_knew_nothing_of_the_other_is_refused_when_it_loads(tmp_path: Path) -> None:
    told: list[str] = []
    # With data folders of their own they do not see each other's locks: another machine, or another user.
    elsewhere = str(tmp_path / "elsewhere")
    with pytest.raises(PipelineStepFailed, match="ran elsewhere while this run read its rows") as caught:
        pipeline().run(rows(lambda: told.append(other_process("two", DLT_DATA_DIR=elsewhere))))
    assert told == ["loaded\n"]
    assert caught.value.step == "load"
    assert ids() == [1, 2, 3]
    pipeline().run(rows())
    assert ids() == [1, 2, 3]


def test_working_directories_take_turns() -> None:
    for _ in range(2):
        for folder in ("one", "two"):
            pipeline(folder).run(rows())
    assert ids() == [1, 2, 3]


def test_a_dataset_that_was_dropped_meanwhile_is_made_anew() -> None:
    def dropped() -> None:
        with duckdb.connect("store.duckdb") as connection:
            connection.execute("drop schema data cascade")

    @dlt.resource(name="rows")
    def later(at=dlt.sources.incremental("id", initial_value=0)):
        dropped()
        yield {"id": 4}

    first = pipeline()
    first.run(rows())
    first.run(later())
    assert ids() == [4]
