"""Each type of SQLite."""

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
        "create table kinds (i integer, si smallint, bi bigint, r real, d double, f float, n numeric(10, 2), nn numeric,"
        " t text, v varchar(5), c char(3), b blob, bo boolean, da date, dt datetime, ts timestamp, ti time, j json)",
        "insert into kinds values (1, 2, 9223372036854775807, 1.5, 2.5, 3.5, 1.25, 2.5, 'text', 'abc', 'ab', x'0102', 1,"
        " '2024-02-03', '2024-02-03 04:05:06.000007', '2024-02-03 04:05:06.000000', '04:05:06.000000', '{\"a\": [1, 2]}')",
        "insert into kinds (i) values (2)",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_table(url, "kinds"))
