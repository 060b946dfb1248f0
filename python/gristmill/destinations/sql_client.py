"""dlt's module path for clients of SQL."""

from __future__ import annotations

from gristmill.dataset.sql_client import Cursor, SqlClient
from gristmill.dataset.sql_client import Cursor as DBApiCursor
from gristmill.dataset.sql_client import SqlClient as SqlClientBase

__all__ = [
    "Cursor",
    "DBApiCursor",
    "SqlClient",
    "SqlClientBase",
]
