"""dlt's module path for the client of DuckDB."""

from __future__ import annotations

from gristmill.dataset.sql_client import SqlClient as DuckDbSqlClient

__all__ = [
    "DuckDbSqlClient",
]
