"""A destination that was down gets what waits first, and then what is new."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed

from .processes import in_child

HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""
NOBODY = 65534


def pipeline(folder: Path) -> Any:
    os.environ["DLT_DATA_DIR"] = str(folder / "data")
    destination = dlt.destinations.duckdb(str(folder / "db" / "store.duckdb"))
    return dlt.pipeline("shop", destination=destination, dataset_name="data")


def run(folder: Path, *numbers: int) -> Any:
    return pipeline(folder).run([{"id": number} for number in numbers], table_name="rows")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "db").mkdir()
    return tmp_path


def ids(folder: Path) -> list[int]:
    with duckdb.connect(str(folder / "db" / "store.duckdb")) as connection:
        return [row[0] for row in connection.execute("select id from data.rows order by rowid").fetchall()]


def test_a_database_that_another_process_holds(folder: Path) -> None:
    run(folder, 1)
    waiting = pipeline(folder)
    waiting.extract([{"id": 2}], table_name="rows")
    database = str(folder / "db" / "store.duckdb")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        for attempt in (waiting.load, lambda: run(folder, 3)):
            with pytest.raises(PipelineStepFailed) as caught:
                attempt()
            (line,) = [line for line in str(caught.value).splitlines() if "cannot open" in line]
            assert database in line
            assert f"PID {holder.pid}" in line
            assert caught.value.has_pending_data
        holder.communicate()
    assert len(run(folder, 3).loads_ids) == 2
    assert ids(folder) == [1, 2, 3]


def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    def as_nobody() -> str:
        run(folder, 1)
        if os.geteuid() == 0:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        (folder / "db").chmod(0o500)
        (folder / "db" / "store.duckdb").chmod(0o400)
        try:
            pipeline(folder).extract([{"id": 2}], table_name="rows")
            with pytest.raises(PipelineStepFailed) as caught:
                pipeline(folder).load()
            assert caught.value.has_pending_data
        finally:
            (folder / "db" / "store.duckdb").chmod(0o600)
            (folder / "db").chmod(0o700)
        run(folder, 3)
        return str(caught.value)

    if os.geteuid() == 0:
        for parent in folder.parents:
            if parent.stat().st_mode & 0o001 == 0 and parent.stat().st_uid == 0:
                pytest.skip("the folder of tests is for root alone")
    ended = in_child(as_nobody)
    assert not ended.error, ended.error
    assert str(folder / "db" / "store.duckdb") in ended.value
    assert ids(folder) == [1, 2, 3]
