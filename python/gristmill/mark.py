"""`dlt.mark`: notes on items that a resource yields."""

from __future__ import annotations

from typing import Any

from gristmill.extract.hints import Hints, make_hints
from gristmill.extract.items import MaterializedEmptyList
from gristmill.extract.resource import with_hints, with_table_name

__all__ = [
    "make_hints",
    "make_nested_hints",
    "materialize_table_schema",
    "with_file_import",
    "with_hints",
    "with_table_name",
]


def materialize_table_schema() -> MaterializedEmptyList:
    """Yield this to make the table exist even if no row comes."""
    return MaterializedEmptyList()


def make_nested_hints(**hints: Any) -> Hints:
    """Hints for a child table."""
    return make_hints(**hints)


def with_file_import(file_path: str, file_format: str, items_count: int = 0, hints: Any = None) -> Any:
    """Load a file as it is into the resource's table."""
    from gristmill.extract.items import FileItem

    del items_count
    item = FileItem(file_path, file_format, "gzip" if file_path.endswith(".gz") else None)
    return with_hints(item, hints) if isinstance(hints, dict) else item
