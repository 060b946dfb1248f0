"""An incremental from configuration."""

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
    from dlt.sources.sql_database import sql_database

    url = made(
        tmp / "shop.db",
        "create table orders (id integer primary key, name varchar(20) not null, paid boolean, at datetime, day date)",
        "insert into orders values (1, 'a', 1, '2024-01-01 10:00:00.000000', '2024-01-01')",
        "insert into orders values (2, 'b', 0, '2024-01-02 10:00:00.500000', '2024-01-02')",
        "insert into orders values (3, 'c', null, '2024-01-03 10:00:00.000000', null)",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    import os

    os.environ["SOURCES__SQL_DATABASE__ORDERS__INCREMENTAL__CURSOR_PATH"] = "id"
    for _ in range(2):
        pipeline.run(sql_database(url))
