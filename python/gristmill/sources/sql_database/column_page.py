"""A page of rows that travels as columns: to the core as it is, or, where an incremental must look, as rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from gristmill.sources.sql_database.arrow_helpers import pyarrow
from gristmill.sources.sql_database.column_types import NeedsRows, cells
from gristmill.sources.sql_database.errors import ValueNotRead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gristmill.extract.incremental.cursor import Cursor
    from gristmill.sources.sql_database.column_types import Way

Row = dict[str, Any]


class SqlPage:
    """One batch of a table, with the way of each of its columns and the numbers of its rows, counted from 1."""

    def __init__(self, table: str, batch: Any, ways: Sequence[Way], numbers: Sequence[int]) -> None:
        self._table = table
        self._batch = batch
        self._ways = ways
        self._numbers = numbers

    def __len__(self) -> int:
        return self._batch.num_rows

    def columns(self) -> Any | None:
        """The batch that is loaded; None when a value of it can only travel as a Python object."""
        pa = pyarrow()
        try:
            arrays = [way.loaded(array) for way, array in zip(self._ways, self._batch.columns, strict=True)]
        except NeedsRows:
            return None
        return pa.RecordBatch.from_arrays(arrays, names=self._batch.schema.names)

    def rows(self) -> list[Row]:
        """The rows as SQLAlchemy would give them; a value that Python cannot hold is named in the error."""
        names = self._batch.schema.names
        values = [self._values(at, name) for at, name in enumerate(names)]
        return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]

    def _values(self, at: int, name: str) -> list[Any]:
        way = self._ways[at]
        plain = cells(self._batch.column(at))
        made: list[Any] = []
        for index, cell in enumerate(plain):
            try:
                made.append(None if cell is None else way.value(cell))
            except (ValueError, ArithmeticError) as error:
                message = f"table `{self._table}`, column `{name}`, row {self._numbers[index]}: the value cannot be read: {error}"
                hint = "cast the column to text with `query_adapter_callback`, or leave such rows out"
                raise ValueNotRead(message, hint=hint) from error
        return made

    def taken(self, indices: Sequence[int]) -> SqlPage:
        """The page with these rows alone."""
        pa = pyarrow()
        batch = self._batch.take(pa.array(indices, pa.int64()))
        return SqlPage(self._table, batch, self._ways, [self._numbers[index] for index in indices])

    def filtered(self, cursor: Cursor, name: str) -> tuple[SqlPage | list[Row] | None, bool, bool]:
        """What the cursor keeps.

        The query asked for the range already, so all that the cursor has to see is the rows at its two ends, for
        duplicates and for the last value. A page with nulls, or one that it has to look through, goes to it row by row.
        """
        column = self._batch.column(self._batch.schema.names.index(name))
        within = None if column.null_count else _ends(column, cursor, self._ways[self._batch.schema.names.index(name)])
        if within is None:
            return self._filtered_rows(cursor)
        dropped: set[int] = set()
        before = beyond = False
        for index, row in zip(within, self.taken(within).rows(), strict=True):
            kept, is_before, is_beyond = cursor.filtered(row)
            before, beyond = before or is_before, beyond or is_beyond
            if kept is None:
                dropped.add(index)
        if not dropped:
            return self, before, beyond
        left = [index for index in range(len(self)) if index not in dropped]
        return (self.taken(left) if left else None), before, beyond

    def _filtered_rows(self, cursor: Cursor) -> tuple[list[Row] | None, bool, bool]:
        outcomes = [cursor.filtered(row) for row in self.rows()]
        kept = [row for row, _, _ in outcomes if row is not None]
        return (kept or None), any(before for _, before, _ in outcomes), any(beyond for _, _, beyond in outcomes)


def _ends(column: Any, cursor: Cursor, way: Way) -> list[int] | None:
    """The rows at the first and the last value of the page; None if they are many, or if others need to be seen."""
    import pyarrow.compute as pc

    compute: Any = pc
    pa = pyarrow()
    if not (pa.types.is_integer(column.type) or pa.types.is_timestamp(column.type) or pa.types.is_date32(column.type)):
        return None
    upwards = cursor.func is max
    ends = compute.min_max(column)
    newest, oldest = (ends["max"], ends["min"]) if upwards else (ends["min"], ends["max"])
    at_ends = compute.or_(compute.equal(column, newest), compute.equal(column, oldest))
    indices: list[int] = compute.indices_nonzero(at_ends).to_pylist()
    if len(indices) * 2 > len(column) > 2:  # noqa: PLR2004
        return None
    oldest_value, newest_value = (way.value(cells(pa.array([end.as_py()], column.type))[0]) for end in (oldest, newest))
    start, end = _like(cursor.start_value, oldest_value), _like(cursor.end_value, newest_value)
    before_start = start is not None and oldest_value != start and cursor.func((oldest_value, start)) == start
    beyond_end = end is not None and newest_value != end and cursor.func((newest_value, end)) == newest_value
    # A query of one's own may let in rows from outside the range: then the cursor has to see them all.
    return None if before_start or beyond_end else indices


def _like(bound: Any, value: Any) -> Any:
    # A bound without a zone is taken for UTC, as the cursor does.
    if not isinstance(bound, dt.datetime) or (bound.tzinfo is None) is (getattr(value, "tzinfo", None) is None):
        return bound
    return bound.replace(tzinfo=dt.UTC) if bound.tzinfo is None else bound.astimezone(dt.UTC).replace(tzinfo=None)
