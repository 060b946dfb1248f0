"""What can go wrong with a database: each error names the table, and never the password."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from sqlalchemy.exc import InvalidRequestError, NoSuchTableError

from gristmill.exceptions import DltException

if TYPE_CHECKING:
    from collections.abc import Iterable


class TableNotFound(DltException, NoSuchTableError, InvalidRequestError):
    """A table (or its schema) is not in the database."""

    kind = "sql-table"


class CursorColumnNotFound(DltException, KeyError):
    """The incremental's cursor is no column of the table."""

    kind = "sql-column"

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class ColumnNotFound(DltException):
    """Columns that were asked for are not in the table."""

    kind = "sql-column"


class TableNotRead(DltException):
    """The database refused a query, or went away while its rows came."""

    kind = "sql-read"


class ValueNotRead(DltException):
    """A value that the database holds has no counterpart."""

    kind = "sql-value"


def not_found(missing: Iterable[str], known: Iterable[str], where: str, schemas: Iterable[str] = ()) -> TableNotFound:
    """The error for tables that are not there, with names that are close."""
    names = sorted(missing)
    listed = ", ".join(f"`{name}`" for name in names)
    what = f"there is no table {listed}" if len(names) == 1 else f"there are no tables {listed}"
    return TableNotFound(f"{what} in {where}", hint=suggestion(names, known, schemas))


def suggestion(names: Iterable[str], known: Iterable[str], schemas: Iterable[str] = ()) -> str | None:
    """What may have been meant, or else what there is."""
    by_lower = {name.lower(): name for name in known}
    close = [by_lower[m] for n in names for m in difflib.get_close_matches(n.lower(), by_lower, n=3, cutoff=0.6)]
    if close:
        return f"did you mean {' or '.join(f'`{name}`' for name in dict.fromkeys(close))}?"
    if by_lower:
        some = sorted(by_lower.values())[:10]
        return f"it has {', '.join(f'`{name}`' for name in some)}{' and more' if len(by_lower) > len(some) else ''}"
    others = [name for name in schemas if name not in ("information_schema", "pg_catalog")]
    return f"it has no tables; there are the schemas {', '.join(f'`{s}`' for s in others)}" if others else None


def not_read(table: str, rows: int, error: BaseException) -> TableNotRead:
    """The error for a query that failed, with what the driver said and how far it came."""
    said = driver_message(error)
    hint = None
    if re.search(r"permission denied|InsufficientPrivilege", said):
        hint = f"grant the user `select` on `{table}`, or leave the table out"
    elif re.search(
        r"closed the connection|terminat|connection.*(lost|reset|refused)|no connection", said, re.IGNORECASE
    ):
        hint = "nothing of this run was loaded; run it again once the database answers"
    elif re.search(r"does not exist|no such (column|table)|UndefinedColumn", said):
        hint = "the table was altered after it was reflected; run again to reflect it anew"
    after = f" after {rows} rows" if rows else ""
    return TableNotRead(f"table `{table}` could not be read{after}: {said}", hint=hint)


def refused_by_connectorx(table: str, error: BaseException) -> TableNotRead:
    """The error for what ConnectorX cannot read."""
    message = f"table `{table}` could not be read by ConnectorX: {driver_message(error)}"
    return TableNotRead(
        message, hint="leave `backend` out, or exclude or cast the column with `query_adapter_callback`"
    )


def not_decoded(table: str, rows: int, place: tuple[int, str | None] | None, error: Exception) -> ValueNotRead:
    """The error for a value that the driver cannot make a Python object of."""
    if place is None:
        where, what = f"in the rows after row {rows}", "a value"
    else:
        row, column = place
        where, what = f"column `{column}`, row {row}" if column else f"row {row}", "the value" if column else "a value"
    message = f"table `{table}`, {where}: {what} cannot be read: {error}"
    return ValueNotRead(message, hint="cast the column to text with `query_adapter_callback`, or leave such rows out")


def driver_message(error: BaseException) -> str:
    """The driver's own words on one line, without the query and without passwords."""
    original = getattr(error, "orig", None) or error
    text = " ".join(str(original).split())
    return re.sub(r"(://[^:/@\s]*:)[^@\s]*@|(password=)\S+", lambda m: f"{m[1]}***@" if m[1] else f"{m[2]}***", text)
