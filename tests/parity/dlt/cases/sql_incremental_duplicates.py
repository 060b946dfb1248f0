"""Rows that share the last value are told apart."""

from __future__ import annotations

import sqlite3


def made(path, *statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    url = made(
        tmp / "shop.db",
        "create table orders (id integer primary key, day integer, name text)",
        "insert into orders values (1, 1, 'a'), (2, 2, 'b'), (3, 2, 'c')",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_table(url, "orders", incremental=dlt.sources.incremental("day")))
    made(tmp / "shop.db", "insert into orders values (4, 2, 'd'), (5, 3, 'e')")
    pipeline.run(sql_table(url, "orders", incremental=dlt.sources.incremental("day")))
