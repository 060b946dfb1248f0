"""`pyarrow`, or an error that says how to install it."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import pyarrow as _module  # noqa: ICN001  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.pyarrow`"
    raise MissingDependencyException(feature, ["pyarrow"]) from None

pyarrow: Any = _module
pa: Any = _module


def is_arrow_item(item: Any) -> bool:
    """Whether something is a table or a batch of arrow."""
    return isinstance(item, (pa.Table, pa.RecordBatch))


def py_arrow_to_table_schema_columns(schema: Any) -> dict[str, dict[str, Any]]:
    """The columns that a schema of arrow declares."""
    from gristmill.extract.columns import arrow_columns

    return arrow_columns(schema)


def remove_columns(item: Any, columns: Any) -> Any:
    """A table or batch without these columns."""
    return item.select([name for name in item.schema.names if name not in set(columns)])


def rename_columns(item: Any, new_column_names: Any) -> Any:
    """A table or batch with other names, in the order of its columns."""
    return item.rename_columns(list(new_column_names))


def append_column(item: Any, name: str, data: Any) -> Any:
    """A table or batch with one more column."""
    if isinstance(item, pa.Table):
        return item.append_column(name, data)
    return pa.RecordBatch.from_arrays([*item.columns, data], names=[*item.schema.names, name])


def remove_null_columns(item: Any) -> Any:
    """A table or batch without the columns that have no type but null."""
    return remove_columns(item, [field.name for field in item.schema if pa.types.is_null(field.type)])
