"""Without a key whole rows are told apart."""

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
        "create table orders (day integer, name text, at datetime, b blob)",
        "insert into orders values (1, 'a', '2024-01-01 00:00:00', x'01'), (2, 'b', '2024-01-01 00:00:00.5', null)",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_table(url, "orders", incremental=dlt.sources.incremental("day")))
    made(tmp / "shop.db", "insert into orders values (2, 'd', null, null), (3, 'e', null, null)")
    pipeline.run(sql_table(url, "orders", incremental=dlt.sources.incremental("day")))
