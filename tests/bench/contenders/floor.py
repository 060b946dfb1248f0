"""DuckDB alone over finished Arrow tables: what remains when everything else is free.

The tables are those that gristmill made of the same input, ids and load tables included, in files of Arrow's own format.
"""

from __future__ import annotations

from typing import Any

import duckdb

from tests.bench import inputs
from tests.bench.contenders import Asked, asked, ready
from tests.bench.contenders.finished import finished


def insert(connection: duckdb.DuckDBPyConnection, tables: list[tuple[str, Any]]) -> None:
    connection.execute("begin; create schema if not exists bench")
    for name, table in tables:
        connection.register("ready_rows", table)
        connection.execute(f'create table bench."{name}" as select * from ready_rows')
    connection.execute("commit")


def merge(connection: duckdb.DuckDBPyConnection, tables: dict[str, Any]) -> None:
    """Delete by key, then insert, for the root and for what is nested in it."""
    root = "orders"
    nested = [name for name in tables if name.startswith(f"{root}__")]
    connection.execute("begin")
    for name in (root, *nested):
        connection.register("ready_rows", tables[name])
        connection.execute(f'create temp table "new_{name}" as select * from ready_rows')
    gone = f'select _dlt_id from bench.{root} where id in (select id from "new_{root}")'
    for name in nested:
        connection.execute(f'delete from bench."{name}" where _dlt_root_id in ({gone})')
    connection.execute(f'delete from bench.{root} where id in (select id from "new_{root}")')
    for name in (root, *nested):
        connection.execute(f'insert into bench."{name}" by name select * from "new_{name}"')
    connection.execute("commit")


def run(what: Asked) -> None:
    connection = duckdb.connect(str(what.output / "out.duckdb"))
    tables = list(finished(what.inputs / what.case))
    if what.case == "read_json_auto":
        ready()
        source = what.inputs / "products.jsonl"
        connection.execute(f"create table products as select * from read_json_auto('{source}')")
    elif what.case == "csv":
        ready()
        connection.execute(f"create table rows as select * from read_csv('{what.inputs / 'rows.csv'}')")
    elif what.case == "arrow":
        table = inputs.arrow_table(what.rows)
        ready()
        insert(connection, [("rows", table)])
    elif what.case == "flat_dicts":
        ready()
        for _ in inputs.flat_rows(what.rows):
            pass
        insert(connection, tables)
    elif what.case == "nested_dicts":
        ready()
        for number in range(what.rows):
            inputs.order(number)
        insert(connection, tables)
    elif what.case == "merge":
        insert(connection, list(finished(what.inputs / "merge_base")))
        ready()
        for number in range(what.rows, what.rows * 2):
            inputs.order(number, 1)
        merge(connection, dict(tables))
    else:
        ready()
        insert(connection, tables)
    connection.close()


if __name__ == "__main__":
    run(asked())
