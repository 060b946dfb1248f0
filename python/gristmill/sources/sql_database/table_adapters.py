"""Ready-made callbacks for tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.sources.sql_database.arrow_helpers import pyarrow

if TYPE_CHECKING:
    from collections.abc import Callable


def remove_nullability_adapter(table: Any) -> Any:
    """A `table_adapter_callback` after which no column says whether it may be null."""
    for column in table.columns:
        if hasattr(column, "nullable"):
            column.nullable = None
    return table


def unwrap_json_connector_x(field: str) -> Callable[[Any], Any]:
    """A function for `add_map`: in the JSON column `field` of ConnectorX's tables the text `null` becomes null."""
    pa = pyarrow()
    import pyarrow.compute as pc

    compute: Any = pc

    def unwrapped(table: Any) -> Any:
        at = table.column_names.index(field)
        column = table[field]
        is_null = compute.equal(column, "null").combine_chunks()
        values = compute.replace_with_mask(column, is_null, pa.scalar(None, pa.string()))
        return table.set_column(at, table.schema.field(at), values)

    return unwrapped
