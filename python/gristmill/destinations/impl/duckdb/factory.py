"""dlt's module path for destination `duckdb`."""

from __future__ import annotations

from gristmill.destinations.duckdb import duckdb

__all__ = [
    "duckdb",
]
