"""dlt's module path for column hints in one form, and for values that hints take from items."""

from __future__ import annotations

from typing import Any, cast

from gristmill.extract.columns import column_dict
from gristmill.names import schema_name_of

__all__ = ["ensure_table_schema_columns", "make_schema_with_default_name", "resolve_column_value"]


def ensure_table_schema_columns(columns: Any) -> dict[str, dict[str, Any]]:
    """Columns as a dict, from a dict, a list, a pydantic model or an arrow schema.

    >>> ensure_table_schema_columns([{"name": "id", "data_type": "bigint"}])
    {'id': {'name': 'id', 'data_type': 'bigint'}}
    """
    return column_dict(columns)


def resolve_column_value(column_hint: Any, item: Any) -> Any:
    """The value, or the values, that a key hint names in an item.

    >>> resolve_column_value("id", {"id": 1}), resolve_column_value(["a", "b"], {"a": 1, "b": 2})
    (1, [1, 2])
    """
    columns: Any = cast("Any", column_hint(item)) if callable(column_hint) else column_hint
    return item[columns] if isinstance(columns, str) else [item[name] for name in columns]


def make_schema_with_default_name(pipeline_name: str) -> Any:
    """The schema that a pipeline has of its own."""
    from gristmill.schema import Schema

    return Schema(schema_name_of(pipeline_name))
