"""Foreign keys are references."""

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
        "create table customers (id integer primary key, name text)",
        "create table orders (id integer primary key, customer_id integer references customers (id),"
        " payer_id integer references customers (id))",
        "create table lines (id integer primary key, order_id integer references orders (id))",
        "insert into customers values (1, 'a')",
        "insert into orders values (1, 1, 1)",
        "insert into lines values (1, 1)",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_database(url, table_names=["lines", "orders", "customers"], resolve_foreign_keys=True))
