"""A table without rows."""

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
        "create table empties (id integer primary key, name text not null, at datetime)",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_database(url))
    pipeline.run(sql_database(url, defer_table_reflect=True, table_names=["empties"]))
    pipeline.run(sql_database(url, backend="pyarrow"))
