"""Whether the hints of a table are of the form they take: a key that nobody knows would be passed over in silence."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, cast

from gristmill.exceptions import DictValidationException

if TYPE_CHECKING:
    from collections.abc import Iterable

Hints = dict[str, Any]
DATA_TYPES = (
    "text",
    "double",
    "bool",
    "timestamp",
    "bigint",
    "binary",
    "json",
    "decimal",
    "wei",
    "date",
    "time",
    "complex",
)
_DISPOSITIONS = ("append", "replace", "merge", "skip")
_MODES = ("evolve", "discard_value", "freeze", "discard_row")
_ENTITIES = ("tables", "columns", "data_type")
_TABLE_FORMATS = ("iceberg", "delta", "hive", "native")
_FILE_FORMATS = ("preferred", "jsonl", "typed-jsonl", "insert_values", "parquet", "csv", "reference", "model")
_REFERENCE = ("columns", "referenced_table", "referenced_columns")
_NESTED = (
    "parent_table_name",
    "write_disposition",
    "primary_key",
    "columns",
    "schema_contract",
    "table_format",
    "file_format",
    "merge_key",
    "references",
    "nested_hints",
    "original_columns",
    "validator",
    "additional_table_hints",
)
_COLUMN = {
    "name": str,
    "data_type": str,
    "nullable": bool,
    "precision": int,
    "scale": int,
    "timezone": bool,
    "description": str,
    "partition": bool,
    "cluster": bool,
    "unique": bool,
    "sort": bool,
    "primary_key": bool,
    "row_key": bool,
    "parent_key": bool,
    "root_key": bool,
    "merge_key": bool,
    "variant": bool,
    "hard_delete": bool,
    "dedup_sort": str,
    "incremental": bool,
}


def check_table(table: Hints, name: str) -> None:
    """Raise `DictValidationException` for the first hint that is not what it should be, with its path."""
    path = f"new_table/{name}"
    _one_of(table, "write_disposition", _DISPOSITIONS, path)
    _one_of(table, "table_format", _TABLE_FORMATS, path)
    _one_of(table, "file_format", _FILE_FORMATS, path)
    _check_contract(table.get("schema_contract"), path)
    for reference in cast("Iterable[Hints]", table.get("references") or ()):
        for part in _REFERENCE:
            if part not in reference:
                raise KeyError(part)
    for column, hints in table["columns"].items():
        _check_column(hints, f"{path}/columns[{column}]")


def check_nested(hints: Hints, name: str) -> None:
    """Raise `DictValidationException` for a key that nested hints do not take."""
    for key in hints:
        if key not in _NESTED and not key.startswith("x-"):
            near = difflib.get_close_matches(key, _NESTED, 1)
            hint = f"`{near[0]}` is one" if near else f"they are {_listed(_NESTED)}"
            path = f"new_table/{name}"
            message = f"`{key}` is no hint of a nested table, in `{path}`"
            raise DictValidationException(message, path, hint=hint)


def _check_column(hints: Hints, path: str) -> None:
    for key, value in hints.items():
        kind = _COLUMN.get(key)
        if kind is None:
            if key.startswith("x-"):
                continue
            near = difflib.get_close_matches(key, _COLUMN, 1)
            hint = f"`{near[0]}` is one" if near else "hints of your own begin with `x-`"
            message = f"`{key}` is no hint of a column, in `{path}`"
            raise DictValidationException(message, path, hint=hint)
        if value is not None and not isinstance(value, kind):
            message = f"`{key}` of `{path}` must be of type `{kind.__name__}`, not `{value!r}`"
            raise DictValidationException(message, path, kind, key, value)
    _one_of(hints, "data_type", DATA_TYPES, path)
    _one_of(hints, "dedup_sort", ("asc", "desc"), path)


def _check_contract(contract: Any, path: str) -> None:
    if contract is None or contract in _MODES:
        return
    given = cast("Hints", contract) if isinstance(contract, dict) else {}
    unknown = [key for key in given if key not in _ENTITIES] or [v for v in given.values() if v not in (*_MODES, None)]
    if unknown or not isinstance(contract, dict):
        message = f"`schema_contract` of `{path}` is `{contract!r}`: it is one of {_listed(_MODES)}"
        hint = f"or a dict that gives one of them for each of {_listed(_ENTITIES)}"
        raise DictValidationException(message, path, str, "schema_contract", contract, hint=hint)


def _one_of(hints: Hints, key: str, known: tuple[str, ...], path: str) -> None:
    value = hints.get(key)
    if value is not None and value not in known:
        near = difflib.get_close_matches(str(value), known, 1)
        hint = f"`{near[0]}` is one" if near else None
        message = f"`{key}` of `{path}` is `{value!r}`: it must be one of {_listed(known)}"
        raise DictValidationException(message, path, str, key, value, hint=hint)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
