"""Each argument of `sql_table` at a table of its own, on PostgreSQL with `backend="pandas"`."""

from __future__ import annotations

from sql_shop import on_postgres


def run(dlt, tmp):
    on_postgres(dlt, "pandas")
