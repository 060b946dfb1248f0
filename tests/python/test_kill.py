"""Killed at any call that changes a file, then run again: exactly the right rows, and no reader ever sees half a load.

The short form kills at a sample of the calls, and the working directory is kept and lost in turn; `GRISTMILL_KILL_ALL=1`
kills at every call, both ways.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .kill.child import BATCHES, batch

HERE = Path(__file__).parent / "kill"
SAMPLE = 2
# The core alone with every disposition, and a whole pipeline that merges what its incremental lets through.
CASES = [
    *[("child.py", disposition) for disposition in ("append", "replace", "merge", "upsert", "scd2")],
    *[("pipeline_child.py", disposition) for disposition in ("merge", "upsert")],
]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"),
    pytest.mark.timeout(3600 if os.environ.get("GRISTMILL_KILL_ALL") else 300),
]


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that counts and kills."""
    library = tmp_path_factory.mktemp("shim") / "kill_at_call.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "kill_at_call.c"), "-ldl"], check=True
    )
    return library


@pytest.mark.parametrize(("child", "disposition"), CASES, ids=[f"{child[:-3]}-{name}" for child, name in CASES])
def test_exactly_once(child: str, disposition: str, shim: Path, tmp_path: Path) -> None:
    calls = count_calls(shim, tmp_path / "count", child, disposition)
    assert calls > 20
    killed = 0
    for at, keeps_folder in kill_points(calls, CASES.index((child, disposition))):
        folder = tmp_path / f"{at}_{keeps_folder}"
        folder.mkdir()
        killed += run(shim, folder, child, disposition, {"KILL_AT": str(at)}) == -signal.SIGKILL
        check(folder, disposition, whole=False)
        if not keeps_folder:
            shutil.rmtree(folder / "packages", ignore_errors=True)
        assert run(shim, folder, child, disposition, {}) == 0, f"the run after a kill at call {at} failed"
        check(folder, disposition, whole=True)
        assert not waiting(folder)
        shutil.rmtree(folder)
    # Threads make the number of calls vary a little; a point beyond the end kills nothing.
    assert killed >= len(kill_points(calls, 0)) - 1


def waiting(folder: Path) -> list[Path]:
    """Packages that were not loaded, those that were set aside among them."""
    packages = folder / "packages"
    return [manifest for manifest in packages.rglob("manifest.json") if ".done" not in str(manifest)]


def kill_points(calls: int, turn: int) -> list[tuple[int, bool]]:
    """The calls to kill at, and whether the working directory is kept then."""
    if os.environ.get("GRISTMILL_KILL_ALL"):
        return [(at, keeps) for at in range(1, calls + 1) for keeps in (True, False)]
    # Each case has points of its own, away from the ends, where nothing is written yet or all of it is.
    points = [1 + round((calls - 1) * (number + (turn + 1) / (len(CASES) + 1)) / SAMPLE) for number in range(SAMPLE)]
    return [(at, (number + turn) % 2 == 0) for number, at in enumerate(points)]


def count_calls(shim: Path, folder: Path, child: str, disposition: str) -> int:
    folder.mkdir()
    counted = folder / "calls"
    assert run(shim, folder, child, disposition, {"KILL_COUNT_FILE": str(counted)}) == 0
    check(folder, disposition, whole=True)
    return int(counted.read_text())


def run(shim: Path, folder: Path, child: str, disposition: str, extra: dict[str, str]) -> int:
    environment = {**os.environ, "LD_PRELOAD": str(shim), **extra}
    return subprocess.run(
        [sys.executable, str(HERE / child), str(folder), disposition], env=environment, check=False
    ).returncode


def check(folder: Path, disposition: str, *, whole: bool) -> None:
    """The database holds the first `n` batches, whole, for some `n`; all of them when the run ended."""
    database = folder / "kill.duckdb"
    if not database.exists():
        assert not whole
        return
    connection = duckdb.connect(str(database))
    tables = {
        row[0]
        for row in connection.execute("select table_name from duckdb_tables() where schema_name = 'shop'").fetchall()
    }
    loads = count(connection, "select count(*) from shop._dlt_loads") if "_dlt_loads" in tables else 0
    assert (loads == BATCHES) if whole else (loads <= BATCHES)
    # The first load makes the tables; before it there are none at all.
    assert ("orders" in tables) == (loads > 0)
    if loads:
        assert count(connection, "select count(*) from shop._dlt_pipeline_state") == loads
        orders, lines = expected(disposition, loads)
        assert Counter(connection.execute("select id, batch from shop.orders").fetchall()) == orders
        assert Counter(connection.execute("select key, n from shop.orders__lines").fetchall()) == lines
        orphans = (
            "select count(*) from shop.orders__lines where _dlt_parent_id not in (select _dlt_id from shop.orders)"
        )
        assert count(connection, orphans) == 0
        if disposition == "scd2":
            active = connection.execute("select distinct batch from shop.orders where _dlt_valid_to is null").fetchall()
            assert active == [(loads,)]
    connection.close()


def count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def expected(disposition: str, loads: int) -> tuple[Counter[Any], Counter[Any]]:
    items: list[dict[str, Any]] = []
    for number in range(1, loads + 1):
        if disposition == "replace":
            items = []
        arriving = batch(number)
        if disposition in ("merge", "upsert"):
            keys = {item["id"] for item in arriving}
            items = [item for item in items if item["id"] not in keys]
        items += arriving
    return (
        Counter((item["id"], item["batch"]) for item in items),
        Counter((line["key"], line["n"]) for item in items for line in item["lines"]),
    )
