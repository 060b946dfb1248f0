"""What goes wrong names the table, says what to do, and keeps passwords to itself."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import gristmill
from gristmill.exceptions import ConfigurationValueError, DltException, PipelineStepFailed
from gristmill.sources.sql_database import sql_database, sql_table
from gristmill.sources.sql_database.column_page import SqlPage
from gristmill.sources.sql_database.errors import TableNotFound
from tests.postgres_server import PASSWORD, USER, Server, execute

pytestmark = pytest.mark.fault

WRONG = "not-the-Pa55word"


def test_a_wrong_password_is_printed_nowhere(
    postgres_server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline = gristmill.pipeline("p", destination="duckdb", dataset_name="d")
    url = postgres_server.url("postgres", WRONG)
    with pytest.raises(sa.exc.OperationalError, match="password authentication failed") as refused:
        pipeline.run(sql_database(url))
    with pytest.raises(PipelineStepFailed) as later:
        pipeline.run(sql_table(url, "orders", defer_table_reflect=True))
    said = "".join(traceback.format_exception(refused.value)) + "".join(traceback.format_exception(later.value))
    kept = "".join(
        path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".json"
    )
    assert kept
    assert WRONG not in said + caplog.text + kept + repr(sql_table(url, "orders", defer_table_reflect=True))


def test_a_password_is_in_no_trace(postgres: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    execute(postgres, "create table t (id int)", "insert into t values (1)")
    gristmill.pipeline("p", destination="duckdb", dataset_name="d").run(sql_database(postgres))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "trace.json" for path in files)
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]
    assert PASSWORD not in caplog.text


def test_what_is_no_connection_string_is_not_quoted() -> None:
    with pytest.raises(ConfigurationValueError, match="not a connection string") as refused:
        sql_database(f"postgresql:/{USER}:{WRONG}@localhost")
    assert WRONG not in str(refused.value)


def test_an_unknown_table_is_answered_with_those_that_are_close(postgres: str) -> None:
    execute(postgres, "create table orders (id int)", "create schema sales", "create table sales.customers (id int)")
    with pytest.raises(TableNotFound, match=r"no table `order`(.|\n)*did you mean `orders`\?"):
        sql_table(postgres, "order")
    with pytest.raises(TableNotFound, match=r"no tables `Orders`, `x`(.|\n)*did you mean `orders`"):
        sql_database(postgres, table_names=["Orders", "x"])
    with pytest.raises(TableNotFound, match=r"schema `sale`(.|\n)*`sales`"):
        sql_table(postgres, "customers", schema="sale")


def test_an_unknown_column_is_answered_too(postgres: str, caplog: pytest.LogCaptureFixture) -> None:
    execute(postgres, "create table orders (id int, updated_at timestamptz)")
    pipeline = gristmill.pipeline("p", destination="duckdb", dataset_name="d")
    with pytest.raises(PipelineStepFailed, match=r"`orders` has no column `update_at`(.|\n)*did you mean `updated_at`"):
        pipeline.run(sql_table(postgres, "orders", incremental=gristmill.sources.incremental("update_at")))
    sql_table(postgres, "orders", included_columns=["id", "updatedat"])
    assert "no column `updatedat`; did you mean `updated_at`?" in caplog.text


def test_a_table_that_may_not_be_read_is_named(postgres: str, postgres_server: Server) -> None:
    execute(
        postgres,
        "create table orders (id int)",
        "drop role if exists guest",
        "create role guest login password 'guest'",
    )
    guest = postgres.replace(f"{USER}:{PASSWORD}", "guest:guest")
    pipeline = gristmill.pipeline("p", destination="duckdb", dataset_name="d")
    with pytest.raises(PipelineStepFailed, match=r"table `orders` could not be read: permission denied(.|\n)*grant"):
        pipeline.run(sql_table(guest, "orders"))


@pytest.mark.parametrize("change", ["alter table orders drop column name", "alter table orders rename to old_orders"])
def test_a_table_that_was_altered_after_it_was_reflected(postgres: str, change: str) -> None:
    execute(postgres, "create table orders (id int, name text)", "insert into orders values (1, 'a')")
    pipeline = gristmill.pipeline("p", destination="duckdb", dataset_name="d")
    source = sql_table(postgres, "orders")
    execute(postgres, change)
    with pytest.raises(PipelineStepFailed, match=r"table `orders` could not be read: (.|\n)*reflect it anew"):
        pipeline.run(source)
    if "drop column" in change:
        pipeline.run(sql_table(postgres, "orders"))
        assert pipeline.last_trace.last_normalize_info.row_counts["orders"] == 1


LARGE = "insert into large select i, repeat(md5(i::text), 8000) from generate_series(1, 250) i"


@pytest.mark.parametrize("lane", ["columns", "rows"])
def test_a_connection_that_is_lost_on_the_way_loads_nothing(
    postgres: str, lane: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(postgres, "create table large (id int, text text)", LARGE)
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
    columns = SqlPage.columns

    def cutting(page: SqlPage) -> Any:
        execute(postgres, cut)
        return columns(page)

    engine = sa.create_engine(postgres, pool_reset_on_return=None)
    table = sql_table(postgres if lane == "columns" else engine, "large", chunk_size=10)
    if lane == "rows":
        seen: list[int] = []
        table.add_map(lambda row: (seen.append(row["id"]), execute(postgres, cut) if len(seen) == 1 else None, row)[-1])
    pipeline = gristmill.pipeline("p", destination="duckdb", dataset_name="d")
    lost = r"table `large` could not be read after \d+ rows: (.|\n)*nothing of this run"
    with monkeypatch.context() as patched:
        patched.setattr(SqlPage, "columns", cutting)
        with pytest.raises(PipelineStepFailed, match=lost):
            pipeline.run(table)
    engine.dispose()
    assert not pipeline.list_normalized_load_packages()
    pipeline.run(sql_table(postgres, "large"))
    assert pipeline.last_trace.last_normalize_info.row_counts["large"] == 250


def test_an_empty_table_makes_its_columns(postgres: str, load: Any) -> None:
    execute(postgres, 'create table "Empty" ("select" int, "Mixed Case" text, "p%" numeric(5, 1))')
    execute(
        postgres,
        'create table names ("select" int, "Mixed Case" text, "p%" numeric(5, 1))',
        "insert into names values (1, 'a', 2.5)",
    )
    found = load(lambda: sql_table(postgres, "names"), lambda: sql_table(postgres, "Empty", defer_table_reflect=True))
    known = found["pipeline"].default_schema.get_table_columns("empty")
    assert {name: column["data_type"] for name, column in known.items() if not name.startswith("_dlt_")} == {
        "select": "bigint",
        "mixed_case": "text",
        "px": "decimal",
    }
    assert [c[0] for c in found["names"]["columns"]][:3] == ["select", "mixed_case", "px"]
    assert found["names"]["rows"] == [("1", "a", "2.5")]


def test_traces_are_json(postgres: str, tmp_path: Path) -> None:
    execute(postgres, "create table t (id int)", "insert into t values (1)")
    pipeline = gristmill.pipeline("p", destination="duckdb", dataset_name="d")
    pipeline.run(sql_table(postgres, "t"))
    (trace,) = tmp_path.rglob("trace.json")
    assert json.loads(trace.read_text())


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_that_is_not_there_is_no_empty_database(tmp_path: Path, kind: str) -> None:
    for make in (sql_database, lambda url: sql_table(url, "orders")):
        with pytest.raises(ConfigurationValueError, match=f"there is no database file `{tmp_path}/shop.db`"):
            list(make(f"{kind}:///{tmp_path}/shop.db"))
    assert not list(tmp_path.glob("shop*"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgres://u:s3cret@h/shop",
            "there is no kind of database `postgres`\nhint: SQLAlchemy calls it `postgresql`",
        ),
        ("snowflake://u:s3cret@h/shop", 'pip install "snowflake-sqlalchemy"'),
        ("nosql://u:s3cret@h/shop", "there is no kind of database `nosql`"),
    ],
)
def test_a_kind_of_database_that_is_not_there(url: str, said: str) -> None:
    with pytest.raises(DltException) as caught:
        sql_table(url, "orders")
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)
