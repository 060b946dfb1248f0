"""Each argument of `sql_table` at a table of its own, on SQLite with `backend="sqlalchemy"`."""

from __future__ import annotations

from sql_shop import on_sqlite


def run(dlt, tmp):
    on_sqlite(dlt, tmp, "sqlalchemy")
