"""A database as SQL text, so that a file which one peer wrote can be kept beside the tests and made again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb


def to_sql(path: Path) -> str:
    """Statements that make the database again: schemas, tables as they were declared, rows in order."""
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = connection.execute(
            "select schema_name, table_name, sql from duckdb_tables() where not internal order by all"
        ).fetchall()
        lines = [f'create schema if not exists "{schema}";' for schema in sorted({schema for schema, *_ in tables})]
        for schema, table, sql in tables:
            lines.append(sql)
            for row in connection.execute(f'select columns(*)::varchar from "{schema}"."{table}"').fetchall():
                lines.append(f'insert into "{schema}"."{table}" values ({", ".join(literal(v) for v in row)});')  # noqa: PERF401
        return "\n".join(lines) + "\n"


def literal(value: Any) -> str:
    """A value as DuckDB reads it."""
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def from_sql(text: str, path: Path) -> None:
    """The database that the statements make."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(text)
