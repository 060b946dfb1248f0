"""Packages become tables in one transaction, or nothing changes."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest

from gristmill import _core

from .conftest import Loader


def test_report_tells_what_was_done(loader: Loader) -> None:
    report = loader.items([{"id": 1, "tags": ["a", "b"]}, {"id": 2}])
    assert {name: (table["disposition"], table["rows"]) for name, table in report["tables"].items()} == {
        "t": ("append", 2),
        "t__tags": ("append", 2),
    }
    assert report["schema_update"]["t"] == {"created": True, "columns": ["id", "_dlt_load_id", "_dlt_id"]}
    assert (report["load_id"], report["already_loaded"], report["schema_noted"], report["state_noted"]) == ("1.5", False, True, False)
    assert not list(loader.packages.iterdir())


def test_a_load_id_is_loaded_once(loader: Loader) -> None:
    extract = loader.extract()
    extract.items({"name": "t"}, [{"id": 1}])
    package = extract.commit(None)
    first = _core.load_package(package["path"], loader.connection, "raw", {"keep_package": True})
    again = _core.load_package(package["path"], loader.connection, "raw", {})
    assert (first["already_loaded"], again["already_loaded"]) == (False, True)
    assert loader.rows("select count(*) from raw.t") == [(1,)]
    assert _core.pending_packages(str(loader.packages)) == []


def test_a_reader_keeps_the_old_rows_until_the_commit(loader: Loader) -> None:
    loader.items([{"id": 1}], write_disposition="replace")
    reader = loader.connection.cursor()
    reader.execute("begin transaction").fetchall()
    assert reader.execute("select id from raw.t").fetchall() == [(1,)]
    loader.items([{"id": 2}, {"id": 3}], write_disposition="replace")
    assert reader.execute("select id from raw.t").fetchall() == [(1,)]
    reader.execute("commit").fetchall()
    assert reader.execute("select id from raw.t order by id").fetchall() == [(2,), (3,)]


def test_a_load_that_fails_changes_nothing_and_blocks_nothing(loader: Loader) -> None:
    loader.items([{"id": 1}])
    loader.connection.execute("create table raw.other (id integer check (id < 5))").fetchall()
    extract = loader.extract()
    extract.items({"name": "t"}, [{"id": 2, "more": "x"}])
    extract.items({"name": "other"}, [{"id": 7}])
    package = extract.commit({"pipeline_name": "p", "_state_version": 1, "_state_engine_version": 4})
    with pytest.raises(_core.GristmillError, match="CHECK constraint") as caught:
        _core.load_package(package["path"], loader.connection, "raw", {})
    assert caught.value.kind == "database"
    assert loader.rows("select * exclude (_dlt_load_id, _dlt_id) from raw.t") == [(1,)]
    assert loader.rows("select count(*) from raw._dlt_loads") == [(1,)]
    assert [waiting["load_id"] for waiting in _core.pending_packages(str(loader.packages))] == ["2.5"]
    shutil.rmtree(package["path"])
    loader.items([{"id": 3}])
    assert loader.rows("select id from raw.t order by id") == [(1,), (3,)]


def test_a_connection_with_rows_open_can_be_loaded_through(loader: Loader) -> None:
    loader.connection.execute("select * from range(100000)")
    loader.items([{"id": 1}])
    loader.connection.abort()
    assert loader.rows("select id from raw.t") == [(1,)]


def test_a_dataset_named_like_its_database(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "raw.duckdb")) as connection:
        loader = Loader(tmp_path, connection)
        loader.items([{"id": 1}])
        loader.items([{"id": 2, "late": True}])
        assert loader.rows("select id, late from raw.raw.t order by id") == [(1, None), (2, True)]
        assert _core.restore(connection, "raw", "p") is not None


def test_names_that_need_quotes(loader: Loader) -> None:
    loader.schema = _core.Schema("test", "direct")
    loader.items([{'a "b"; drop': 1, "select": 2}], table='it\'s "odd"')
    loader.items([{'a "b"; drop': 3}], table='it\'s "odd"', write_disposition="replace")
    (table,) = loader.rows("select table_name from duckdb_tables() where table_name like 'it%'")
    quoted = table[0].replace('"', '""')
    (row,) = loader.rows(f'select * exclude ("_dlt_load_id", "_dlt_id") from raw."{quoted}"')
    assert row == (3, None)


def test_the_newest_state_is_the_last_committed_whatever_its_version_or_clock(loader: Loader) -> None:
    for version, mark in [(7, "first"), (3, "second")]:
        extract = loader.extract()
        extract.items({"name": "t"}, [{"id": 1}])
        loader.load(extract, {"pipeline_name": "p", "_state_version": version, "_state_engine_version": 4, "mark": mark})
    loader.connection.execute("update raw._dlt_pipeline_state set created_at = '2001-01-01' where version = 3").fetchall()
    restored = _core.restore(loader.connection, "raw", "p")
    assert restored is not None
    assert restored["state"]["mark"] == "second"


def test_an_unchanged_state_is_not_stored_again(loader: Loader) -> None:
    state = {"pipeline_name": "p", "_state_version": 1, "_state_engine_version": 4, "_local": {"secret": "stays here"}}
    noted = []
    for _ in range(2):
        extract = loader.extract()
        extract.items({"name": "t"}, [{"id": 1}])
        noted.append(loader.load(extract, state)["state_noted"])
    assert noted == [True, False]
    restored = _core.restore(loader.connection, "raw", "p")
    assert restored is not None
    assert "_local" not in restored["state"]


def test_a_state_keeps_the_types_that_json_lacks(loader: Loader) -> None:
    values = {
        "decimal": Decimal("1.50"),
        "datetime": datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.UTC),
        "date": datetime.date(2024, 1, 2),
        "time": datetime.time(1, 2, 3),
        "uuid": uuid.UUID(int=7),
        "bytes": b"\x00\xff",
        "nested": [{"big": 2**63}, None, 1.5, "text"],
    }
    extract = loader.extract()
    loader.load(extract, {"pipeline_name": "p", "_state_version": 1, "_state_engine_version": 4, "sources": values})
    restored = _core.restore(loader.connection, "raw", "p")
    assert restored is not None
    assert restored["state"]["sources"] == values


def test_nothing_to_restore(loader: Loader) -> None:
    assert _core.restore(loader.connection, "nowhere", "p") is None


def test_an_arrow_table_comes_as_it_is(loader: Loader) -> None:
    table = polars.DataFrame({"Id": [1, 2], "price": [Decimal("1.25"), None], "when": ["a", "b"]})
    extract = loader.extract()
    assert extract.arrow({"name": "t"}, table) == 2
    loader.load(extract)
    assert loader.rows('select id, price, "when" from raw.t order by id') == [(1, Decimal("1.25"), "a"), (2, None, "b")]
    columns = loader.rows("select column_name from duckdb_columns() where table_name = 't' order by column_index")
    assert [column for (column,) in columns] == ["id", "price", "when"]


def test_an_arrow_table_without_rows_makes_its_table(loader: Loader) -> None:
    extract = loader.extract()
    assert extract.arrow({"name": "t"}, polars.DataFrame({"id": [1]}).clear()) == 0
    loader.load(extract)
    assert loader.rows("select count(*) from raw.t") == [(0,)]


def test_replace_with_nothing_empties_the_table(loader: Loader) -> None:
    loader.items([{"id": 1, "tags": ["a"]}], write_disposition="replace")
    extract = loader.extract()
    extract.materialize({"name": "t", "resource": "t", "write_disposition": "replace"})
    loader.load(extract)
    assert loader.rows("select (select count(*) from raw.t), (select count(*) from raw.t__tags)") == [(0, 0)]


def test_an_extract_that_failed_cannot_be_committed(loader: Loader) -> None:
    extract = loader.extract()
    with pytest.raises(_core.GristmillError):
        extract.items({"name": "t"}, [{"id": 1}, object()])
    with pytest.raises(_core.GristmillError, match="cannot be committed"):
        extract.commit(None)
    assert _core.pending_packages(str(loader.packages)) == []


def test_an_extract_that_is_over_says_so(loader: Loader) -> None:
    extract = loader.extract()
    extract.abort()
    with pytest.raises(_core.GristmillError, match="is over"):
        extract.items({"name": "t"}, [])
    assert not list(loader.packages.iterdir())


def test_a_damaged_package_is_refused_by_name(loader: Loader) -> None:
    extract = loader.extract()
    extract.items({"name": "t"}, [{"id": 1}])
    package = extract.commit(None)
    segment = next(Path(package["path"]).glob("*.arrow"))
    segment.write_bytes(segment.read_bytes()[:-9])
    with pytest.raises(_core.GristmillError, match=segment.name) as caught:
        _core.load_package(package["path"], loader.connection, "raw", {})
    assert caught.value.hint is not None
    (Path(package["path"]) / "manifest.json").unlink()
    (waiting,) = _core.pending_packages(str(loader.packages))
    assert "manifest.json" in waiting["damage"]


def test_what_a_load_writes_is_for_its_owner_only(loader: Loader) -> None:
    extract = loader.extract()
    extract.items({"name": "t"}, [{"id": 1}])
    package = Path(extract.commit(None)["path"])
    modes: dict[str, Any] = {path.name: oct(path.stat().st_mode & 0o777) for path in [package, *package.iterdir()]}
    assert modes.pop(package.name) == "0o700"
    assert set(modes.values()) == {"0o600"}


def test_a_large_load_uses_all_threads_and_sets_the_order_back(loader: Loader) -> None:
    extract = loader.extract()
    extract.arrow({"name": "t"}, polars.DataFrame({"id": range(600_000)}))
    loader.load(extract)
    assert loader.rows("select count(*), sum(id) from raw.t") == [(600_000, 600_000 * 599_999 // 2)]
    assert loader.rows("select current_setting('preserve_insertion_order')") == [(True,)]


def test_a_folder_that_cannot_be_made_is_named(loader: Loader, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(_core.GristmillError, match="blocked") as caught:
        _core.Extract(str(blocked / "packages"), "1.5", loader.schema, {})
    assert caught.value.kind == "io"


FULL_DISK = """
import resource, signal, sys
import duckdb
from gristmill import _core

folder, what = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
connection = duckdb.connect(folder + "/test.duckdb")
schema = _core.Schema("s")
items = [{"id": n, "text": str(n) * 50} for n in range(20_000)]

def run():
    extract = _core.Extract(folder + "/packages", "1.5", schema, {})
    extract.items({"name": "t"}, items)
    if what == "package":
        limit(200_000)
    package = extract.commit(None)
    if what == "load":
        limit(200_000)
    return _core.load_package(package["path"], connection, "raw", {})

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

try:
    run()
except _core.GristmillError as error:
    print(error.kind, folder in str(error))
limit(resource.RLIM_INFINITY)
connection.close()
connection = duckdb.connect(folder + "/test.duckdb")
waiting = _core.pending_packages(folder + "/packages")
print(len(waiting))
if waiting:
    _core.load_package(waiting[0]["path"], connection, "raw", {})
else:
    what = "all is well again"
    run()
print(connection.execute("select count(*), count(distinct id) from raw.t").fetchone())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
@pytest.mark.parametrize(("what", "waiting"), [("package", "0"), ("load", "1")])
def test_a_disk_that_is_full_costs_nothing_but_time(what: str, waiting: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path), what], capture_output=True, text=True, check=False, timeout=100)
    told, waited, rows = done.stdout.splitlines()
    assert told == "io True", done.stderr
    assert (waited, rows) == (waiting, "(20000, 20000)")
