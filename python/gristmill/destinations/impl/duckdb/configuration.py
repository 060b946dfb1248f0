"""dlt's module path for the credentials of DuckDB."""

from __future__ import annotations

from gristmill.destinations.duckdb import DuckDbCredentials

__all__ = [
    "DuckDbCredentials",
]
