"""Types that may travel as columns, with rows that begin with nulls."""

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
        "create table kinds (id integer primary key, r real, d double, t text, b blob, bo boolean, da date, dt datetime,"
        " e double, j json)",
        "insert into kinds (id) values (1)",
        "insert into kinds values (2, null, 2.5, 't', x'0102', 1, '2024-02-03', '2024-02-03 04:05:06.000007', null,"
        " '{\"a\": [1, 2]}')",
        "insert into kinds values (3, 1.5, 3.5, 'u', x'00', 0, '1999-12-31', '1969-12-31 23:59:59.000000', null, '[]')",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_table(url, "kinds"))
