"""The cursor over Arrow tables and frames: whole columns at a time, by pyarrow."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from gristmill.exceptions import (
    IncrementalCursorInvalidCoercion,
    IncrementalCursorPathHasValueNone,
    IncrementalCursorPathMissing,
    IncrementalPrimaryKeyMissing,
    MissingDependencyException,
)
from gristmill.extract.incremental.cursor import Cursor, Filtered, row_hash

if TYPE_CHECKING:
    from gristmill.extract.incremental.incremental import Incremental


class ArrowCursor(Cursor):
    """Items are tables."""

    def __init__(self, incremental: Incremental[Any], unique_hashes: set[str]) -> None:
        super().__init__(incremental, unique_hashes)
        if self.func not in (min, max):
            message = "tables need `max` or `min` as `last_value_func`"
            raise NotImplementedError(message)

    def filtered(self, row: Any) -> Filtered:
        """The rows of the table that are within the range."""
        pa: Any
        pc: Any
        pa, pc = _pyarrow()
        inc = self.incremental
        table = _as_table(pa, row)
        name = inc.cursor_path
        if name not in table.column_names:
            raise IncrementalCursorPathMissing(inc.resource_name, name, dict.fromkeys(table.column_names))
        if table.num_rows == 0:
            return table, False, False
        nulls = table.filter(pc.is_null(table[name]))
        if nulls.num_rows and inc.on_cursor_value_missing == "raise":
            raise IncrementalCursorPathHasValueNone(
                inc.resource_name, name, msg=f"{nulls.num_rows} rows have null at the cursor `{name}`"
            )
        table = table.filter(pc.is_valid(table[name]))
        kept, before_start, beyond_end = self._in_range(pa, pc, table)
        if inc.on_cursor_value_missing == "include" and nulls.num_rows:
            kept = pa.concat_tables([kept, nulls])
        return (kept if kept.num_rows else None), before_start, beyond_end

    def _in_range(self, pa: Any, pc: Any, table: Any) -> tuple[Any, bool, bool]:
        inc = self.incremental
        name = inc.cursor_path
        highest = self.func is max
        newest_of = pc.max if highest else pc.min
        if table.num_rows == 0:
            return table, False, False
        newest = newest_of(table[name])
        self.adapt(newest.as_py())
        kind = table.schema.field(name).type
        before_start = beyond_end = False
        if self.end_value is not None:
            end = self._scalar(pa, self.end_value, kind, "end_value")
            closed = inc.range_end == "closed"
            compare = (
                (pc.less_equal if closed else pc.less) if highest else (pc.greater_equal if closed else pc.greater)
            )
            mask = compare(table[name], end)
            beyond_end = not pc.all(mask).as_py()
            table = table.filter(mask)
        self.seen_data = True
        if self.start_value is not None:
            start = self._scalar(pa, self.start_value, kind, "initial_value")
            closed = inc.range_start == "closed"
            compare = (
                (pc.greater_equal if closed else pc.greater) if highest else (pc.less_equal if closed else pc.less)
            )
            mask = compare(table[name], start)
            before_start = not pc.all(mask).as_py() if table.num_rows else False
            table = self._without_seen(pa, pc, table.filter(mask), start)
        self._advance(pc, table, newest.as_py())
        return table, before_start, beyond_end

    def _without_seen(self, pa: Any, pc: Any, table: Any, start: Any) -> Any:
        if not (self.deduplicates and self.start_hashes and table.num_rows):
            return table
        at_start = pc.equal(table[self.incremental.cursor_path], start).to_pylist()
        rows = self._keys(table)
        keep = [
            not at
            or row_hash(self.incremental, row, self.primary_key, legacy=self.start_legacy) not in self.start_hashes
            for at, row in zip(at_start, rows, strict=True)
        ]
        return table.filter(pa.array(keep, pa.bool_()))

    def _advance(self, pc: Any, table: Any, newest: Any) -> None:
        if newest is None or (self.last_value is not None and self.func((newest, self.last_value)) != newest):
            return
        if newest != self.last_value:
            self.last_value = newest
            self.unique_hashes = set()
            self.legacy = False
        if self.deduplicates and table.num_rows:
            at = table.filter(pc.equal(table[self.incremental.cursor_path], newest))
            self.unique_hashes |= {
                row_hash(self.incremental, row, self.primary_key, legacy=self.legacy) for row in self._keys(at)
            }

    def _keys(self, table: Any) -> list[dict[str, Any]]:
        names: Any = self.primary_key(table) if callable(self.primary_key) else self.primary_key
        if not names:
            return table.to_pylist()
        columns: list[str] = [names] if isinstance(names, str) else list(names)
        for column in columns:
            if column not in table.column_names:
                raise IncrementalPrimaryKeyMissing(self.incremental.resource_name, column)
        return table.select(columns).to_pylist()

    def _scalar(self, pa: Any, value: Any, kind: Any, name: str) -> Any:
        try:
            if pa.types.is_date(kind) and isinstance(value, dt.datetime):
                value = value.date()
            return pa.scalar(value, type=kind)
        except Exception as error:
            inc = self.incremental
            raise IncrementalCursorInvalidCoercion(
                inc.resource_name, inc.cursor_path, value, name, kind, str(error)
            ) from error


def _as_table(pa: Any, item: Any) -> Any:
    if isinstance(item, pa.Table):
        return item
    if isinstance(item, pa.RecordBatch):
        return pa.Table.from_batches([item])
    return pa.table(item)


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.compute as pc
    except ImportError:
        feature = "an incremental over tables and frames"
        raise MissingDependencyException(feature, ["pyarrow"]) from None
    return pa, pc
