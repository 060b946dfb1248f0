"""SQLite keeps any type in any column."""

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
        "create table mixed (id integer primary key, n integer, t text)",
        "insert into mixed values (1, 1, 'a'), (2, 'two', 3), (3, 2.5, null)",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_table(url, "mixed"))
