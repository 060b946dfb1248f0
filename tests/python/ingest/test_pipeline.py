"""What a pipeline promises beyond what dlt does: nothing lost, nothing twice, nothing told to others."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import gristmill as dlt
from gristmill.exceptions import (
    DestinationLoadingViaStagingNotSupported,
    LoadClientJobFailed,
    PipelineStepFailed,
)


def shop(**options):
    return dlt.pipeline("shop", destination="duckdb", dataset_name="data", **options)


def ids() -> list[int]:
    connection = duckdb.connect("shop.duckdb", read_only=True)
    try:
        return [row[0] for row in connection.execute("select id from data.rows order by id").fetchall()]
    finally:
        connection.close()


def test_pending_then_new() -> None:
    pipeline = shop()
    pipeline.extract([{"id": 1}], table_name="rows")
    assert pipeline.has_pending_data
    info = pipeline.run([{"id": 2}], table_name="rows")
    assert ids() == [1, 2]
    assert len(info.loads_ids) == 2
    assert not pipeline.has_pending_data


def test_failed_load_keeps_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = shop()
    pipeline.run([{"id": 1}], table_name="rows")
    connect = duckdb.connect

    def refused(*args: object, **kwargs: object) -> object:
        raise duckdb.IOException("the disk is away")

    with monkeypatch.context() as patch:
        pipeline.extract([{"id": 2}], table_name="rows")
        patch.setattr(duckdb, "connect", refused)
        with pytest.raises(PipelineStepFailed) as caught:
            pipeline.load()
    assert caught.value.step == "load"
    assert caught.value.has_pending_data
    assert duckdb.connect is connect
    pipeline.run([{"id": 3}], table_name="rows")
    assert ids() == [1, 2, 3]


def test_package_that_can_never_load_is_set_aside() -> None:
    @dlt.resource
    def rows(last=dlt.sources.incremental("id")):
        yield [{"id": number} for number in (1, 2, 300)]

    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("create schema data")
        connection.execute("create table data.rows (id tinyint, _dlt_load_id varchar, _dlt_id varchar)")
    pipeline = shop()
    with pytest.raises(PipelineStepFailed, match="300") as caught:
        pipeline.run(rows())
    assert caught.value.step == "load"
    assert isinstance(caught.value.exception, LoadClientJobFailed)
    assert not pipeline.has_pending_data
    (aside,) = (Path(pipeline.working_dir) / "packages" / "failed").iterdir()
    assert aside.name == caught.value.load_id
    reason = json.loads((aside / "error.json").read_text("utf-8"))
    assert (reason["kind"], "300" in reason["message"]) == ("database", True)
    assert caught.value.step_info.has_failed_jobs
    assert caught.value.step_info.load_packages[0].state == "aborted"

    # Nothing of it is remembered: once the column is wide enough the rows come again, all of them, once.
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("alter table data.rows alter id type bigint")
    pipeline.run(rows())
    pipeline.run(rows())
    assert ids() == [1, 2, 300]
    assert aside.is_dir()


def test_failed_package_does_not_raise_when_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = shop()
    pipeline.run([{"id": 1}], table_name="rows")
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("alter table data.rows alter id type tinyint")
    monkeypatch.setenv("LOAD__RAISE_ON_FAILED_JOBS", "false")
    info = pipeline.run([{"id": 300}], table_name="rows")
    assert info.has_failed_jobs
    with pytest.raises(LoadClientJobFailed, match="300"):
        info.raise_on_failed_jobs()
    pipeline.run([{"id": 2}], table_name="rows")
    assert ids() == [1, 2]


def test_damaged_package_is_set_aside_and_read_again() -> None:
    @dlt.resource
    def rows(last=dlt.sources.incremental("id")):
        yield [{"id": number} for number in (1, 2)]

    pipeline = shop()
    pipeline.extract(rows())
    (package,) = (Path(pipeline.working_dir) / "packages").iterdir()
    segment = next(package.glob("*.arrow"))
    segment.write_bytes(segment.read_bytes()[:-9])
    with pytest.raises(PipelineStepFailed, match=segment.name):
        pipeline.run(rows())
    pipeline.run(rows())
    assert ids() == [1, 2]


HOLDER = """
import duckdb, sys
connection = duckdb.connect("shop.duckdb")
print("held", flush=True)
sys.stdin.read()
"""
LITTLE_ROOM = """
import resource
import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed

pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    pipeline.load()
except PipelineStepFailed as error:
    print(error.kind, error.has_pending_data)
"""


def test_load_that_met_a_lock_waits() -> None:
    pipeline = shop()
    pipeline.extract([{"id": 1}], table_name="rows")
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(PipelineStepFailed) as caught:
        pipeline.load()
    holder.communicate()
    assert f"PID {holder.pid}" in str(caught.value)
    assert caught.value.has_pending_data
    assert len(pipeline.run([{"id": 2}], table_name="rows").loads_ids) == 2
    assert ids() == [1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files stands for a full disk")
def test_load_that_met_a_full_disk_waits() -> None:
    pipeline = shop()
    pipeline.extract([{"id": number, "text": f"{number * 7919:x}" * 20} for number in range(20_000)], table_name="rows")
    child = subprocess.run([sys.executable, "-c", LITTLE_ROOM], capture_output=True, text=True, check=True)
    assert child.stdout.split() == ["io", "True"]
    pipeline.run([{"id": 20_000}], table_name="rows")
    assert ids() == list(range(20_001))


def test_two_runs_at_once() -> None:
    first = shop()

    @dlt.resource
    def rows():
        with pytest.raises(PipelineStepFailed) as caught:
            shop().run([{"id": 9}], table_name="rows")
        assert str(os.getpid()) in str(caught.value)
        yield {"id": 1}

    first.run(rows())
    assert ids() == [1]


def test_lost_working_directory_repeats_nothing() -> None:
    @dlt.resource
    def rows(at=dlt.sources.incremental("id", initial_value=0)):
        yield [{"id": n} for n in range(1, 4)]

    shop().run(rows())
    shutil.rmtree(Path(shop().working_dir))
    shop().run(rows())
    assert ids() == [1, 2, 3]


@pytest.mark.parametrize("damage", ["", "{", '{"_state_engine_version": 4, "_loc'])
def test_damaged_state_heals(damage: str) -> None:
    @dlt.resource
    def rows(at=dlt.sources.incremental("id", initial_value=0)):
        yield [{"id": n} for n in range(1, 4)]

    pipeline = shop()
    pipeline.run(rows())
    Path(pipeline.working_dir, "state.json").write_text(damage, "utf-8")
    shop().run(rows())
    assert ids() == [1, 2, 3]


def test_dropped_dataset_starts_anew() -> None:
    @dlt.resource
    def rows(at=dlt.sources.incremental("id", initial_value=0)):
        yield [{"id": n} for n in range(1, 4)]

    shop().run(rows())
    Path("shop.duckdb").unlink()
    shop().run(rows())
    assert ids() == [1, 2, 3]


def test_working_files_are_private() -> None:
    pipeline = shop()
    pipeline.run([{"id": 1}], table_name="rows")
    folder = Path(pipeline.working_dir)
    assert not list(folder.rglob("*.pickle"))
    for path in [folder, *folder.rglob("*")]:
        if path.name != "lock":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_error_carries_the_place() -> None:
    @dlt.resource
    def rows():
        yield {"id": 1}
        raise ValueError("no")

    with pytest.raises(PipelineStepFailed) as caught:
        shop().run(rows())
    assert (caught.value.step, caught.value.file) == ("extract", __file__)
    assert not shop().has_pending_data


def test_dev_mode_has_a_dataset_of_its_own() -> None:
    pipeline = shop(dev_mode=True)
    pipeline.run([{"id": 1}], table_name="rows")
    assert pipeline.dataset_name.startswith("data_2")
    assert pipeline.dataset()["rows"]["id"].fetchall() == [(1,)]


def test_state_is_readable_by_dlt() -> None:
    pipeline = shop()
    pipeline.run([{"id": 1}], table_name="rows")
    state = json.loads(Path(pipeline.working_dir, "state.json").read_text("utf-8"))
    assert state["destination_type"] == "dlt.destinations.duckdb"
    assert state["_state_engine_version"] == 4
    assert state["_local"]["first_run"] is False


def test_staging_is_refused_as_dlt_refuses_it() -> None:
    with pytest.raises(DestinationLoadingViaStagingNotSupported, match="destination `duckdb` does not load by way"):
        dlt.pipeline("shop", destination="duckdb", staging="filesystem")
