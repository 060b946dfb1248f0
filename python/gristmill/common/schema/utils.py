"""Questions that user code asks of tables in dlt's form, and small tables and columns in that form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gristmill.names import normalized

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Table = dict[str, Any]
Column = dict[str, Any]
Tables = dict[str, Table]

DEFAULT_WRITE_DISPOSITION = "append"


def new_table(
    table_name: str,
    parent_table_name: str | None = None,
    write_disposition: str | None = None,
    columns: Sequence[Column] | None = None,
    validate_schema: bool = False,
    resource: str | None = None,
    schema_contract: Any = None,
    table_format: str | None = None,
    file_format: str | None = None,
    references: Sequence[Table] | None = None,
) -> Table:
    """A table for `Schema.update_table`.

    >>> new_table("orders", columns=[new_column("id", "bigint", nullable=False)])["columns"]["id"]["data_type"]
    'bigint'
    """
    del validate_schema
    table: Table = {"name": table_name, "columns": {column["name"]: column for column in columns or ()}}
    hints = {
        "write_disposition": write_disposition,
        "schema_contract": schema_contract,
        "table_format": table_format,
        "file_format": file_format,
        "references": references,
        "resource": resource,
        "parent": parent_table_name,
    }
    table.update({name: value for name, value in hints.items() if value is not None})
    if parent_table_name is None:
        table.setdefault("write_disposition", DEFAULT_WRITE_DISPOSITION)
        table.setdefault("resource", table_name)
    return table


def new_column(
    column_name: str,
    data_type: str | None = None,
    nullable: bool = True,
    precision: int | None = None,
    scale: int | None = None,
    validate_schema: bool = False,
) -> Column:
    """A column for `new_table`."""
    del validate_schema
    column: Column = {"name": column_name, "nullable": nullable}
    optional = {"data_type": data_type, "precision": precision, "scale": scale}
    column.update({name: value for name, value in optional.items() if value is not None})
    return column


def is_valid_schema_name(name: str) -> bool:
    """Whether a schema can have this name."""
    return name.isidentifier() and len(name) <= 64  # noqa: PLR2004


def normalize_schema_name(name: str) -> str:
    """A schema's name in snake case."""
    return normalized(name)


def is_nested_table(table: Mapping[str, Any]) -> bool:
    """Whether it hangs below another one."""
    return bool(table.get("parent"))


def is_complete_column(col: Mapping[str, Any]) -> bool:
    """Whether its type is known."""
    return bool(col.get("name")) and bool(col.get("data_type"))


def is_nullable_column(col: Mapping[str, Any]) -> bool:
    """Whether it may be empty."""
    return bool(col.get("nullable", True))


def has_table_seen_data(table: Mapping[str, Any]) -> bool:
    """Whether rows came for it."""
    return bool((table.get("x-normalizer") or {}).get("seen-data"))


def get_columns_names_with_prop(
    table: Mapping[str, Any], column_prop: str, include_incomplete: bool = False
) -> list[str]:
    """The columns with this hint."""
    columns: dict[str, Column] = table["columns"]
    return [n for n, c in columns.items() if c.get(column_prop) and (include_incomplete or c.get("data_type"))]


def get_first_column_name_with_prop(
    table: Mapping[str, Any], column_prop: str, include_incomplete: bool = False
) -> str | None:
    """The first of them, None when there is none."""
    return next(iter(get_columns_names_with_prop(table, column_prop, include_incomplete)), None)


def has_column_with_prop(table: Mapping[str, Any], column_prop: str, include_incomplete: bool = False) -> bool:
    """Whether there is one."""
    return bool(get_columns_names_with_prop(table, column_prop, include_incomplete))


def get_inherited_table_hint(tables: Tables, table_name: str, table_hint_name: str, allow_none: bool = False) -> Any:
    """A hint of the table, or of the nearest one above that has it."""
    table = tables[table_name]
    if table.get(table_hint_name) is not None:
        return table[table_hint_name]
    if is_nested_table(table):
        return get_inherited_table_hint(tables, table["parent"], table_hint_name, allow_none)
    if allow_none:
        return None
    message = f"neither table `{table_name}` nor a table above it has the hint `{table_hint_name}`"
    raise ValueError(message)


def get_write_disposition(tables: Tables, table_name: str) -> str:
    """How rows come into the table."""
    return get_inherited_table_hint(tables, table_name, "write_disposition")


def get_table_format(tables: Tables, table_name: str) -> str | None:
    """The table's format."""
    return get_inherited_table_hint(tables, table_name, "table_format", allow_none=True)


def get_file_format(tables: Tables, table_name: str) -> str | None:
    """The format of the table's files."""
    return get_inherited_table_hint(tables, table_name, "file_format", allow_none=True)


def get_merge_strategy(tables: Tables, table_name: str) -> str | None:
    """How rows are merged into the table."""
    return get_inherited_table_hint(tables, table_name, "x-merge-strategy", allow_none=True)


def get_root_table(tables: Tables, table_name: str) -> Table:
    """The table at the top of the chain."""
    table = tables[table_name]
    return get_root_table(tables, table["parent"]) if is_nested_table(table) else table


def get_nested_tables(
    tables: Tables, table_name: str, max_nesting: int | None = None, include_self: bool | None = True
) -> list[Table]:
    """The table and those below it, each after the one above it; at most `max_nesting` levels."""
    found = [tables[table_name]] if include_self else []
    if max_nesting == 0:
        return found
    deeper = None if max_nesting is None else max_nesting - 1
    for table in tables.values():
        if table.get("parent") == table_name:
            found.extend(get_nested_tables(tables, table["name"], deeper))
    return found


def group_tables_by_resource(tables: Tables, pattern: Any = None) -> dict[str, list[Table]]:
    """The chains of tables of each resource."""
    found: dict[str, list[Table]] = {}
    for table in tables.values():
        resource = cast("str | None", table.get("resource"))
        if resource and (pattern is None or pattern.match(resource)):
            found.setdefault(resource, []).extend(get_nested_tables(tables, table["name"]))
    return found


def is_dlt_table_or_column(name: str, normalized_dlt_prefix: str) -> bool:
    """Whether it keeps account rather than data."""
    return name.startswith(normalized_dlt_prefix)


def get_dedup_sort_tuple(table: Mapping[str, Any], include_incomplete: bool = False) -> tuple[str, str] | None:
    """The column that decides which of two rows stays, and how."""
    name = get_first_column_name_with_prop(table, "dedup_sort", include_incomplete)
    return None if name is None else (name, table["columns"][name]["dedup_sort"])


def get_validity_column_names(table: Mapping[str, Any]) -> list[str | None]:
    """The columns that tell when a row holds."""
    names = ("x-valid-from", "x-valid-to")
    return [get_first_column_name_with_prop(table, name, include_incomplete=True) for name in names]
