"""Columns or rows: the tables are the same, and rows are read one by one only where they must be."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

import gristmill
from gristmill.exceptions import PipelineStepFailed
from gristmill.sources.sql_database import sql_table
from gristmill.sources.sql_database.errors import ColumnNotFound
from tests.postgres_server import execute

BY_ROWS = "is read by rows"
KINDS = """create table kinds (id serial primary key, n numeric, n2 numeric(10, 2), r real, d double precision, j json,
    jb jsonb, ia int[], ta text[], u uuid, ts timestamp, tz timestamptz, da date, ti time, by bytea, m mood, b boolean,
    si smallint, bi bigint, vc varchar(10), ch char(5))"""
VALUES = """insert into kinds values (1, 1.50, 2.25, 1.1, 1.1, '{"a": 1}', '[1, {"b": "x"}]', '{1,null}', '{a,b}',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2024-01-01 00:00:00.123456', '2024-01-01 00:00:00+02', '2024-01-01',
    '10:00:00.5', '\\x0102', 'ok', true, 1, 2, 'abc', 'ab')"""


def both(
    load: Callable[..., Any], url: str, table: str, caplog: pytest.LogCaptureFixture, **settings: Any
) -> tuple[Any, Any]:
    """The same table as columns, and (through an engine of the user's own) as rows."""
    caplog.clear()
    columns = load(lambda: sql_table(url, table, **settings))[table]
    assert BY_ROWS not in caplog.text
    engine = sa.create_engine(url)
    rows = load(lambda: sql_table(engine, table, **settings))[table]
    engine.dispose()
    assert BY_ROWS in caplog.text
    return columns, rows


def test_postgres_columns_equal_rows(postgres: str, load: Any, caplog: pytest.LogCaptureFixture) -> None:
    execute(postgres, "create type mood as enum ('sad', 'ok')", KINDS, VALUES, "insert into kinds (id) values (2)")
    columns, rows = both(load, postgres, "kinds", caplog)
    assert columns == rows
    assert len(columns["rows"]) == 2


def test_a_float_that_starts_with_nulls_stands_where_rows_put_it(
    postgres: str, load: Any, caplog: pytest.LogCaptureFixture
) -> None:
    execute(postgres, "create table t (a double precision, id int, b double precision, never real)")
    execute(postgres, "insert into t values (null, 1, 1.5, null), ('NaN', 2, null, null)")
    columns, rows = both(load, postgres, "t", caplog)
    assert columns == rows
    assert [c[0] for c in columns["columns"]] == ["id", "b", "_dlt_load_id", "_dlt_id", "a"]


def test_values_that_columns_cannot_hold_are_read_as_rows_page_by_page(
    postgres: str, load: Any, caplog: pytest.LogCaptureFixture
) -> None:
    execute(postgres, "create table t (id int primary key, n numeric, j jsonb)")
    execute(postgres, """insert into t values (1, 1.123456789012, '{"f": 1.50}'), (2, 2, '"text"'), (3, 3, 'null')""")
    columns, rows = both(load, postgres, "t", caplog)
    assert columns == rows
    assert columns["rows"][0][:3] == ("1", "1.123456789", '{"f":1.5}')
    assert "1.123456789012" in columns["rows"][0]


def test_duckdb_columns_equal_rows(tmp_path: Path, load: Any, caplog: pytest.LogCaptureFixture) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as shop:
        shop.execute(
            "create table kinds (id integer primary key, n decimal(10, 2), tz timestamptz, ts timestamp, l varchar[], j json,"
            " h hugeint, u uuid, f float, d double, da date, ti time, bl blob, bo boolean, t text)"
        )
        shop.execute(
            "insert into kinds values (1, 1.25, '2024-01-01 00:00:00+02', '2024-01-01', ['a'], '{\"a\": 1}', 5,"
            " 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1.1, 2.5, '2024-02-03', '10:00:00', '\\x01'::blob, true, 'x')"
        )
        shop.execute("insert into kinds (id) values (2)")
        # The file may stay open: there is one instance of it in the process.
        columns, rows = both(load, f"duckdb:///{tmp_path / 'shop.duckdb'}", "kinds", caplog)
    assert columns == rows
    assert columns["stored"]["columns"]["id"]["primary_key"]


SHOP = """create table orders (id integer primary key, name text not null, at datetime, day date, paid boolean, sum real, b blob);
    insert into orders values (1, 'a', '2024-01-01 10:00:00.000000', '2024-01-01', 1, 1.5, x'01');
    insert into orders values (2, 'b', null, null, null, null, null)"""


def test_sqlite_columns_equal_rows(tmp_path: Path, load: Any, caplog: pytest.LogCaptureFixture) -> None:
    shop = sqlite3.connect(tmp_path / "shop.db")
    shop.executescript(SHOP)
    shop.close()
    columns, rows = both(load, f"sqlite:///{tmp_path / 'shop.db'}", "orders", caplog)
    assert columns == rows


def test_a_sqlite_file_that_is_open_here_is_read_through_the_same_library(
    tmp_path: Path, load: Any, caplog: pytest.LogCaptureFixture
) -> None:
    shop = sqlite3.connect(tmp_path / "shop.db")
    shop.executescript(SHOP)
    found = load(lambda: sql_table(f"sqlite:///{tmp_path / 'shop.db'}", "orders"))
    shop.close()
    assert "would drop its locks" in caplog.text
    assert len(found["orders"]["rows"]) == 2


def test_without_a_driver_rows_are_read(
    postgres: str, load: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(postgres, "create table t (id int)", "insert into t values (1)")
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    assert load(lambda: sql_table(postgres, "t"))["t"]["rows"] == [("1",)]
    assert "adbc-driver-postgresql" in caplog.text


def test_steps_in_python_get_what_sqlalchemy_gives(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int, n numeric)", "insert into t values (1, 1.50), (2, null)")
    seen: list[Any] = []
    found = load(lambda: sql_table(postgres, "t").add_map(lambda row: seen.append(row) or row))
    assert [type(row["n"]).__name__ for row in seen] == ["Decimal", "NoneType"]
    assert len(found["t"]["rows"]) == 2


def test_an_incremental_sees_each_row_once(postgres: str, load: Any, caplog: pytest.LogCaptureFixture) -> None:
    execute(postgres, "create table t (id int primary key, at timestamptz)")
    execute(
        postgres,
        "insert into t select i, '2024-01-01+00'::timestamptz + (i / 3) * interval '1 day' from generate_series(1, 100) i",
    )

    def rows() -> Any:
        return sql_table(postgres, "t", incremental=gristmill.sources.incremental("at"))

    found = load(rows, times=3)
    assert len(found["t"]["rows"]) == 100
    assert BY_ROWS not in caplog.text


def test_an_incremental_over_nulls_names_the_cursor(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int primary key, at timestamptz)", "insert into t values (1, null)")
    with pytest.raises(PipelineStepFailed, match="`at`"):
        load(lambda: sql_table(postgres, "t", incremental=gristmill.sources.incremental("at")))
    keeping = gristmill.sources.incremental("at", on_cursor_value_missing="include")
    assert len(load(lambda: sql_table(postgres, "t", incremental=keeping))["t"]["rows"]) == 1


def test_backend_adbc_gives_arrow_tables(postgres: str, load: Any) -> None:
    execute(
        postgres, "create table t (id int, n numeric(10, 2), iv interval)", "insert into t values (1, 1.5, '1 day')"
    )
    (table,) = sql_table(postgres, "t", backend="adbc", excluded_columns=["iv"])
    assert table.to_pylist()[0]["id"] == 1
    assert str(table.schema.field("n").type) == "decimal128(10, 2)"
    with pytest.raises(PipelineStepFailed, match=r"column `iv` comes as"):
        load(lambda: sql_table(postgres, "t", backend="adbc"))


def test_deferred_tables_travel_as_columns(postgres: str, load: Any, caplog: pytest.LogCaptureFixture) -> None:
    execute(postgres, "create table t (id int primary key, n numeric(5, 2))", "insert into t values (1, 1.5)")
    found = load(lambda: sql_table(postgres, "t", defer_table_reflect=True))
    assert found["t"]["rows"] == [("1", "1.50")]
    assert BY_ROWS not in caplog.text


def test_a_query_of_ones_own_that_ignores_the_range_is_filtered_row_by_row(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int primary key)", "insert into t select generate_series(1, 9)")
    within = gristmill.sources.incremental("id", initial_value=3, end_value=6)

    def everything(query: Any, table: Any) -> Any:
        return table.select()

    found = load(lambda: sql_table(postgres, "t", incremental=within, query_adapter_callback=everything))
    assert found["t"]["rows"] == [("3",), ("4",), ("5",)]


def test_chunks_of_frames_have_the_types_of_the_first(tmp_path: Path, load: Any) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("create table t (id integer primary key, n integer, sum decimal(10, 2), paid boolean)")
    connection.execute("insert into t values (1, 7, 1.5, true), (2, null, null, null), (3, 9, 2, false)")
    connection.commit()
    connection.close()
    found = load(lambda: sql_table(f"sqlite:///{tmp_path}/shop.db", "t", backend="pandas", chunk_size=1))["t"]
    assert found["rows"] == [("1", "7", "1.50", "true"), ("2", None, None, None), ("3", "9", "2.00", "false")]


def test_frames_whose_types_cannot_be_one_are_refused_before_loading() -> None:
    import pandas as pd

    @gristmill.resource
    def frames() -> Any:
        yield pd.DataFrame({"code": ["a"]})
        yield pd.DataFrame({"code": [1.5]})

    with pytest.raises(PipelineStepFailed, match="column `code`: a batch holds `Float64` where") as caught:
        gristmill.pipeline("frames", destination="duckdb").run(frames())
    assert caught.value.step == "normalize"


def test_columns_that_are_not_there(tmp_path: Path, load: Any) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("create table t (id integer primary key, name text)")
    connection.close()
    with pytest.raises(ColumnNotFound, match="`t` has none of the columns `nmae` to read\nhint: did you mean `name`"):
        load(lambda: sql_table(f"sqlite:///{tmp_path}/shop.db", "t", included_columns=["nmae"]))
