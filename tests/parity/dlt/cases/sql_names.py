"""Names that need quotes, reserved words and capitals."""

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
        'create table "Order Lines" ("Id" integer primary key, "select" text, "A%B" integer, "CamelCase" text, "ä" text)',
        """insert into "Order Lines" values (1, 's', 2, 'c', 'ä')""",
    )
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(sql_database(url))
