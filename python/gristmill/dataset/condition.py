"""Conditions of relations: a column, an operator and a value, and the range of an incremental."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.exceptions import ValueErrorWithKnownValues

if TYPE_CHECKING:
    from gristmill.extract.incremental.incremental import Incremental

Column = dict[str, Any]
OPERATORS = {"eq": "=", "ne": "<>", "gt": ">", "lt": "<", "gte": ">=", "lte": "<=", "in": "IN", "not_in": "NOT IN"}
# The cast of a literal is that of the column's own type, so that nothing of the value is lost on the way to it.
_CASTS = {
    "text": "TEXT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "bigint": "BIGINT",
    "json": "JSON",
    "date": "DATE",
    "time": "TIME",
    "wei": "DECIMAL(38, 0)",
}
_PLAIN = re.compile(r"\w+(?:\.\w+)?$")


def compared(expression: str, operator: str, value: Any, column: Column) -> str:
    """`column operator value`, the value with the column's type.

    >>> compared('"id"', "gt", 3, {"data_type": "bigint"})
    '"id" > CAST(3 AS BIGINT)'
    """
    sign = OPERATORS.get(operator)
    if sign is None:
        raise ValueErrorWithKnownValues("operator", operator, OPERATORS)
    if operator in ("in", "not_in"):
        values: list[Any] = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]  # pyright: ignore[reportUnknownArgumentType]
        listed = f"{expression} IN ({', '.join(literal(v, column) for v in values)})"
        return f"NOT {listed}" if operator == "not_in" else listed
    return f"{expression} {sign} {literal(value, column)}"


def literal(value: Any, column: Column) -> str:
    """A value as SQL has it, cast to the column's type."""
    kind = column.get("data_type")
    cast_to = _CASTS.get(kind or "")
    if kind == "timestamp":
        cast_to = "TIMESTAMP" if column.get("timezone") is False else "TIMESTAMPTZ"
    elif kind == "decimal":
        cast_to = f"DECIMAL({column.get('precision') or 38}, {_scale(column)})"
    if value is None:
        text = "NULL"
    elif isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, (int, float)):
        text = str(value)
    elif isinstance(value, (bytes, bytearray)):
        return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::BLOB"
    else:
        text = "'" + str(value).replace("'", "''") + "'"
    return text if cast_to is None else f"CAST({text} AS {cast_to})"


def _scale(column: Column) -> int:
    if column.get("scale") is not None:
        return int(column["scale"])
    return 0 if column.get("precision") else 9


def cursor_of(incremental: Incremental[Any]) -> tuple[str | None, str]:
    """The table and the column that a cursor names: `column`, or `table.column`."""
    path = incremental.cursor_path or ""
    if not _PLAIN.match(path):
        message = f"the cursor `{path}` of an incremental on a relation must be a column, or `table.column`"
        raise ValueError(message)
    table, _, column = path.rpartition(".")
    return table or None, column


class Bounds(NamedTuple):
    """Whether the first and the last value of a range belong to it."""

    start: str
    end: str


def bounds_of_run(incremental: Incremental[Any]) -> Bounds:
    """The bounds of a run that goes on to the highest value there is: SQL cannot tell which rows at it were loaded before.

    Where each value is that of one row, the highest is taken at once and left out by the next run. Where the range starts
    behind its first value, the highest must be taken at once too. Else it waits for the run that sees a higher one.
    """
    start, end = incremental.range_start, incremental.range_end
    if incremental.end_value is not None:
        return Bounds(start, end)
    if incremental.is_unique_cursor():
        is_known = not incremental.lag and incremental.unique_boundary_consumed()
        return Bounds("open" if is_known else start, "closed")
    return Bounds(start, "closed" if start == end == "open" else end)


def in_range(
    incremental: Incremental[Any], expression: str, column: Column, bounds: Bounds | None = None
) -> str | None:
    """The condition that keeps a cursor's range; `None` when there is nothing to leave out."""
    func = incremental.last_value_func
    if func is not max and func is not min:
        message = f"the incremental on `{incremental.cursor_path}` has a function of its own, which SQL does not know"
        raise ValueError(message)
    first, last = (">", "<") if func is max else ("<", ">")
    bounds = bounds or Bounds(incremental.range_start, incremental.range_end)
    start, end = incremental.get_current_range()
    parts: list[str] = []
    if start is not None:
        parts.append(f"{expression} {first}{'=' if bounds.start == 'closed' else ''} {_bound(start, column)}")
    if end is not None:
        parts.append(f"{expression} {last}{'' if bounds.end == 'open' else '='} {_bound(end, column)}")
    if incremental.on_cursor_value_missing == "include":
        return f"{' AND '.join(parts)} OR {expression} IS NULL" if parts else None
    return " AND ".join([*parts, f"NOT {expression} IS NULL"])


def warn_of_nulls(incremental: Incremental[Any], column: Column) -> None:
    """Say that SQL leaves out rows without a cursor, where the incremental means to raise."""
    if incremental.on_cursor_value_missing == "raise" and column.get("nullable") is not False:
        warnings.warn(
            f"rows without a value in `{incremental.cursor_path}` are left out: a query cannot raise for them;"
            ' say `on_cursor_value_missing="exclude"` or `"include"`',
            UserWarning,
            stacklevel=5,
        )


def warn_of_boundary(incremental: Incremental[Any], last: Any) -> None:
    """Say that rows at the highest value wait for the next run."""
    warnings.warn(
        f"rows with `{last}` in `{incremental.cursor_path}` wait until a higher value is there: a query cannot tell which of"
        " them were loaded before; if the cursor is unique, make it the `primary_key` of the incremental, else say"
        ' `range_end="closed"` and merge',
        UserWarning,
        stacklevel=4,
    )


def _bound(value: Any, column: Column) -> str:
    kind = column.get("data_type")
    if kind == "timestamp":
        from gristmill.common.time import ensure_datetime_in_tz

        at = value if isinstance(value, dt.datetime) else ensure_datetime_in_tz(value)
        zone = "TIMESTAMP" if at.tzinfo is None else "TIMESTAMPTZ"
        return f"CAST('{at.isoformat(sep=' ', timespec='microseconds')}' AS {zone})"
    if kind == "date" and isinstance(value, dt.datetime):
        value = value.date()
    return literal(value, column)
