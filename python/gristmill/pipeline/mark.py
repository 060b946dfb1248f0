"""dlt's module path for notes on items."""

from __future__ import annotations

from gristmill.mark import (
    make_hints,
    make_nested_hints,
    materialize_table_schema,
    with_file_import,
    with_hints,
    with_table_name,
)

__all__ = [
    "make_hints",
    "make_nested_hints",
    "materialize_table_schema",
    "with_file_import",
    "with_hints",
    "with_table_name",
]
