"""Names and values as they stand in SQL."""

from __future__ import annotations

from gristmill.destinations.capabilities import escape_identifier, escape_literal

escape_postgres_identifier = escape_identifier
escape_redshift_identifier = escape_identifier
escape_duckdb_literal = escape_literal

__all__ = ["escape_duckdb_literal", "escape_postgres_identifier", "escape_redshift_identifier"]
