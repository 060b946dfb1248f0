"""The border: databases that refuse, Ctrl-C, and what crosses without other libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from gristmill import _core

from .conftest import Loader


def test_a_locked_database_names_who_holds_it(tmp_path: Path) -> None:
    path = str(tmp_path / "a.duckdb")
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb; c = duckdb.connect({path!r}); print('open', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(_core.GristmillError, match=rf"is held by another process: .*PID {holder.pid}") as caught:
        _core.connect(path)
    holder.communicate(b"\n")
    assert caught.value.kind == "database-locked"
    assert caught.value.hint is not None
    _core.connect(path).close()


def test_a_missing_folder_and_a_file_that_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(_core.GristmillError, match="is not there") as missing:
        _core.connect(str(tmp_path / "nowhere" / "a.duckdb"))
    assert missing.value.kind == "file-not-found"
    (tmp_path / "text.duckdb").write_text("this is text" * 1000)
    with pytest.raises(_core.GristmillError, match="not a valid DuckDB database") as text:
        _core.connect(str(tmp_path / "text.duckdb"))
    assert text.value.hint is not None


def test_a_read_only_database_says_what_to_do(tmp_path: Path) -> None:
    path = str(tmp_path / "a.duckdb")
    duckdb.connect(path).close()
    with duckdb.connect(path, read_only=True) as connection:
        loader = Loader(tmp_path, connection)
        with pytest.raises(_core.GristmillError, match="read-only") as caught:
            loader.items([{"id": 1}])
    assert caught.value.hint is not None
    assert "read_only" in caught.value.hint


def test_a_connection_is_shared_with_the_users_own(tmp_path: Path) -> None:
    path = str(tmp_path / "a.duckdb")
    with duckdb.connect(path) as mine, _core.connect(path) as theirs:
        mine.execute("create table t as select 1 as id").fetchall()
        assert theirs.execute("select id from t").fetchall() == [(1,)]


INTERRUPTED = """
import os, signal, sys, threading, time
import duckdb
from gristmill import _core

connection = duckdb.connect()
schema = _core.Schema("s")
extract = _core.Extract(sys.argv[1], "1.5", schema, {})
extract.items({"name": "t"}, [{"id": 1}])
extract.commit(None)

def stop():
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGINT)

class Stream:
    def __arrow_c_stream__(self, requested_schema=None):
        return connection.cursor().sql("select a.range as id from range(100000000) a, range(100000) b").__arrow_c_stream__()

threading.Thread(target=stop).start()
began = time.monotonic()
extract = _core.Extract(sys.argv[1], "2.5", schema, {})
try:
    extract.arrow({"name": "big"}, Stream())
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - began < 5)
extract.abort()
print(sorted(os.listdir(sys.argv[1])))
"""


def test_ctrl_c_stops_the_work_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, str(tmp_path / "packages")], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines() == ["interrupted True", "['1.5']"], done.stderr


def test_rows_cross_without_other_libraries(tmp_path: Path) -> None:
    script = f"""
import sys
import duckdb
from gristmill import _core
connection = duckdb.connect()
extract = _core.Extract({str(tmp_path / "packages")!r}, "1.5", _core.Schema("s"), {{}})
extract.items({{"name": "t"}}, [{{"id": 1}}])
_core.load_package(extract.commit(None)["path"], connection, "raw", {{}})
_core.restore(connection, "raw", "p")
assert connection.execute("select id from raw.t").fetchall() == [(1,)]
print([name for name in ("pyarrow", "pandas", "numpy", "polars") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_core_imports_no_duckdb_by_itself() -> None:
    script = "import sys; from gristmill import _core; print('duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "False", done.stderr
