"""`reflection_level="minimal"`."""

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
        "create table kinds (id integer primary key, s smallint, v varchar(5) not null, n numeric(10, 2), j json, b varchar(7))",
        "insert into kinds values (1, 2, 'abc', 1.25, '{\"a\": [1, 2]}', 'x'), (2, null, 'd', null, null, null)",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_table(url, "kinds", reflection_level="minimal"))
