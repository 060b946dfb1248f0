"""What a reflected column says to the schema: types, nullability, keys and references."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypedDict, cast

from sqlalchemy.exc import NoReferencedTableError
from sqlalchemy.schema import Column, Table
from sqlalchemy.sql import sqltypes
from sqlalchemy.sql.type_api import TypeEngine

ReflectionLevel = Literal["minimal", "full", "full_with_precision"]
"""How much of the columns is taken over: names, also types, also their precision."""

SelectAny: TypeAlias = Any
ColumnAny: TypeAlias = Column[Any]
RowAny: TypeAlias = Any
TypeEngineAny: TypeAlias = TypeEngine[Any]
TTypeAdapter = Callable[[TypeEngineAny], TypeEngineAny | type[TypeEngineAny] | None]
"""Gives another SQLAlchemy type for a reflected one, or None to let the data tell."""

Hints = dict[str, Any]
_log = logging.getLogger("gristmill")


class TReflectedHints(TypedDict, total=False):
    """The hints of a resource that come of its table."""

    columns: dict[str, Hints]
    references: list[Hints] | None
    primary_key: list[str] | None


def default_table_adapter(
    table: Table, included_columns: list[str] | None, excluded_columns: list[str] | None = None
) -> None:
    """Leave out the columns that are not wanted, and let UUIDs come as text."""
    columns: Any = table._columns
    for column in list(columns):
        left_out = included_columns is not None and column.name not in included_columns
        if left_out or (excluded_columns is not None and column.name in excluded_columns):
            columns.remove(column)
    for column in columns:
        if is_uuid(column.type) and hasattr(column.type, "as_uuid"):
            column.type.as_uuid = False


def is_uuid(kind: Any) -> bool:
    """Whether it is the UUID type of any dialect."""
    return isinstance(kind, sqltypes.Uuid) or hasattr(kind, "as_uuid") or _visit_name(kind) == "UNIQUEIDENTIFIER"


def _visit_name(kind: Any) -> str | None:
    return getattr(kind, "__visit_name__", None)


def sqla_col_to_column_schema(
    sql_col: ColumnAny,
    reflection_level: ReflectionLevel,
    type_adapter_callback: TTypeAdapter | None = None,
    skip_nested_columns_on_minimal: bool = False,
) -> Hints | None:
    """The column's hints; None for a nested column whose rows become a table of their own.

    >>> from sqlalchemy import Column, Numeric
    >>> sqla_col_to_column_schema(Column("price", Numeric(10, 2)), "full")
    {'name': 'price', 'nullable': True, 'data_type': 'decimal', 'precision': 10, 'scale': 2}
    """
    hints: Hints = {"name": sql_col.name}
    # A column of a subquery does not say whether it may be null, and an adapter may have removed what it said.
    nullable = getattr(sql_col, "nullable", None)
    if nullable is not None:
        hints["nullable"] = nullable
    kind: Any = sql_col.type
    if reflection_level == "minimal":
        nested = isinstance(kind, (sqltypes.JSON, sqltypes.ARRAY))
        return None if nested and skip_nested_columns_on_minimal else hints
    if type_adapter_callback is not None:
        kind = type_adapter_callback(kind)
        kind = kind() if isinstance(kind, type) else kind
        if kind is None:
            return hints
    typed = reflected_type(kind, with_precision=reflection_level == "full_with_precision")
    if typed is None:
        _log.warning(
            "column `%s`: the type `%s` has no column type of its own, the data will tell it", sql_col.name, kind
        )
        return hints
    hints.update((name, value) for name, value in typed.items() if value is not None)
    return hints


def reflected_type(kind: Any, *, with_precision: bool) -> Hints | None:  # noqa: PLR0911
    """The column type that a SQLAlchemy type stands for; None where only the data can tell."""
    length = (getattr(kind, "length", None) or None) if with_precision else None
    if is_uuid(kind):
        return {"data_type": "text"}
    # Some types of Oracle are numeric and integer at once; numeric is what they are first.
    if isinstance(kind, sqltypes.Numeric):
        return _numeric(cast("Any", kind))
    if isinstance(kind, sqltypes.SmallInteger):
        return {"data_type": "bigint", "precision": 32 if with_precision else None}
    if isinstance(kind, sqltypes.Integer):
        return {"data_type": "bigint"}
    if isinstance(kind, sqltypes.String):
        return {"data_type": "text", "precision": length}
    if isinstance(kind, sqltypes._Binary):
        return {"data_type": "binary", "precision": length}
    if isinstance(kind, sqltypes.DateTime):
        return {"data_type": "timestamp", "timezone": bool(kind.timezone) or _visit_name(kind) == "DATETIMEOFFSET"}
    plain: tuple[tuple[Any, str], ...] = (
        (sqltypes.Date, "date"),
        (sqltypes.Time, "time"),
        ((sqltypes.JSON, sqltypes.ARRAY), "json"),
        (sqltypes.Boolean, "bool"),
    )
    return next(({"data_type": name} for classes, name in plain if isinstance(kind, classes)), None)


def _numeric(kind: Any) -> Hints:
    if kind.asdecimal is False:
        return {"data_type": "double"}
    if kind.precision is None:
        return {"data_type": "decimal"}
    scale = kind.scale if kind.scale is not None else kind.decimal_return_scale
    return {"data_type": "decimal", "precision": kind.precision, "scale": scale}


def get_primary_key(table: Table) -> list[str] | None:
    """The names of the key's columns."""
    return [column.name for column in table.primary_key] or None


def table_to_columns(
    table: Table,
    reflection_level: ReflectionLevel = "full",
    type_conversion_fallback: TTypeAdapter | None = None,
    skip_nested_columns_on_minimal: bool = False,
) -> dict[str, Hints]:
    """The hints of all columns, by name."""
    described = (
        sqla_col_to_column_schema(column, reflection_level, type_conversion_fallback, skip_nested_columns_on_minimal)
        for column in table.columns
    )
    return {hints["name"]: hints for hints in described if hints is not None}


def get_table_references(table: Table) -> list[Hints] | None:
    """The foreign keys to tables of the same schema; keys to one table are one reference."""
    references: dict[str, Hints] = {}
    constraints = sorted(table.foreign_key_constraints, key=lambda c: [column.name for column in c.columns])
    for constraint in constraints:
        try:
            referred = constraint.referred_table
        except NoReferencedTableError as error:
            _log.warning("table `%s`: a foreign key leads to a table that is not known: %s", table.name, error)
            continue
        if referred.schema != table.schema:
            continue
        reference = references.setdefault(
            referred.name, {"referenced_table": referred.name, "referenced_columns": [], "columns": []}
        )
        reference["columns"].extend(column.name for column in constraint.columns)
        reference["referenced_columns"].extend(element.column.name for element in constraint.elements)
    return list(references.values())


def table_to_resource_hints(
    table: Table,
    reflection_level: ReflectionLevel = "full",
    type_conversion_fallback: TTypeAdapter | None = None,
    skip_nested_columns_on_minimal: bool = False,
    resolve_foreign_keys: bool = False,
) -> TReflectedHints:
    """What the table says to its resource."""
    hints: TReflectedHints = {
        "columns": table_to_columns(table, reflection_level, type_conversion_fallback, skip_nested_columns_on_minimal),
        "primary_key": get_primary_key(table),
    }
    if resolve_foreign_keys:
        hints["references"] = get_table_references(table)
    return hints
