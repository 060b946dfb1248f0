"""The cursor over Python items: is this one new, and is it the newest?"""  # noqa: D400

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from gristmill import typed_json
from gristmill.exceptions import (
    IncrementalCursorInvalidCoercion,
    IncrementalCursorPathHasValueNone,
    IncrementalCursorPathMissing,
    IncrementalPrimaryKeyMissing,
)
from gristmill.extract import jsonpath
from gristmill.names import digest128

if TYPE_CHECKING:
    from collections.abc import Callable

    from gristmill.extract.incremental.incremental import Incremental
    from gristmill.extract.items import BytesPage

_log = logging.getLogger("gristmill")
LEGACY_HASH_LENGTH = 20

Filtered = tuple[Any | None, bool, bool]
"""What is left, whether it was before the start, whether it was beyond the end."""


class Cursor:
    """One run's view of the cursor, for one kind of items."""

    def __init__(self, incremental: Incremental[Any], unique_hashes: set[str]) -> None:
        self.incremental = incremental
        self.func: Callable[..., Any] = incremental.last_value_func
        self.start_value = incremental.start_value
        self.last_value = incremental.start_value
        self.end_value = incremental.end_value
        self.unique_hashes = unique_hashes
        self.start_hashes = frozenset(unique_hashes)
        self.legacy = self.start_legacy = any(len(h) == LEGACY_HASH_LENGTH for h in unique_hashes)
        self.last_rows: list[Any] = []
        self.seen_data = False
        self.primary_key = incremental.primary_key

    @property
    def deduplicates(self) -> bool:
        """Whether items at the last value are told apart by hashes."""
        inc = self.incremental
        by_lag = bool(inc.lag) and self.func in (min, max)
        no_key = isinstance(self.primary_key, (list, tuple)) and not self.primary_key
        return not (inc.range_start == "open" or inc.end_value is not None or by_lag or no_key)

    def filtered(self, row: Any) -> Filtered:
        """The item, if it is within the range."""
        raise NotImplementedError

    def adapt(self, row_value: Any) -> None:
        """Let start and end be aware of time zones as the data is."""
        if self.seen_data or not isinstance(row_value, dt.datetime):
            return
        self.last_value = self.start_value = self._aware_as(row_value, self.start_value, "initial_value")
        self.end_value = self._aware_as(row_value, self.end_value, "end_value")

    def _aware_as(self, row_value: dt.datetime, value: Any, name: str) -> Any:
        if not isinstance(value, dt.datetime) or (value.tzinfo is None) == (row_value.tzinfo is None):
            return value
        _log.warning(
            "resource `%s`: `%s` of cursor `%s` and the data differ in whether they name a time zone; UTC is assumed",
            self.incremental.resource_name,
            name,
            self.incremental.cursor_path,
        )
        if row_value.tzinfo is None:
            return value.astimezone(dt.UTC).replace(tzinfo=None)
        return value.replace(tzinfo=dt.UTC).astimezone(row_value.tzinfo)

    def compared(self, values: tuple[Any, ...], name: str) -> Any:
        """The last of some values, or an error that says which types do not compare."""
        try:
            return self.func(values)
        except Exception as error:
            inc = self.incremental
            raise IncrementalCursorInvalidCoercion(
                inc.resource_name, inc.cursor_path, values[-1], name, values[0], str(error)
            ) from error


class JsonCursor(Cursor):
    """Items are dicts or objects."""

    def __init__(self, incremental: Incremental[Any], unique_hashes: set[str]) -> None:
        super().__init__(incremental, unique_hashes)
        self._path = jsonpath.parsed(incremental.cursor_path or "")
        self._field = jsonpath.simple_field(incremental.cursor_path)
        self._deduplicates = self.deduplicates

    def value(self, row: Any) -> Any | None:
        """The cursor in the item; None is allowed only where the incremental says so."""
        inc = self.incremental
        missing = False
        found: Any = None
        if self._field is not None and isinstance(row, dict):
            missing = self._field not in row
            found = row.get(self._field)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        else:
            values = jsonpath.find(self._path, row)
            missing = not values
            found = values[0] if values else None
        if found is None and inc.on_cursor_value_missing == "raise":
            error = IncrementalCursorPathMissing if missing else IncrementalCursorPathHasValueNone
            raise error(inc.resource_name, inc.cursor_path, row)
        return found  # pyright: ignore[reportUnknownVariableType]

    def takes_whole(self, page: BytesPage) -> bool:
        """Take a page of which each row is new, as it is; a page that must be looked at row by row is left alone."""
        inc = self.incremental
        if self._field is None or self.func not in (min, max):
            return False
        reach = page.extent(self._field)
        if reach is None:
            return False
        lowest, at_lowest, highest, at_highest = reach
        first, newest, rows = (lowest, highest, at_highest) if self.func is max else (highest, lowest, at_lowest)
        start, last = self.start_value, self.last_value
        end = self.end_value
        known = [value for value in (start, last, end) if value is not None]
        if any(type(value) is not type(newest) for value in known):
            return False
        # At the start itself rows may have been loaded before, and a lag or an open range has rules of its own.
        if (start is not None and (first == start or self.func((first, start)) == start)) or inc.lag:
            return False
        # So may rows at the end be beyond it.
        if end is not None and (newest == end or self.func((newest, end)) == newest):
            return False
        self.seen_data = True
        if last is None or (newest != last and self.func((newest, last)) == newest):
            self.last_value = newest
            self.last_rows = list(rows) if self._deduplicates else []
            self.unique_hashes = set() if self._deduplicates else self.unique_hashes
            self.legacy = self.legacy and not self._deduplicates
        elif newest == last and self._deduplicates:
            self.last_rows.extend(rows)
        return True

    def filtered(self, row: Any) -> Filtered:  # noqa: C901, PLR0911
        """The item, if it is within the range."""
        value = self.value(row)
        if value is None:
            return (None if self.incremental.on_cursor_value_missing == "exclude" else row), False, False
        self.adapt(value)
        if self.end_value is not None:
            if self.compared((value, self.end_value), "end_value") != self.end_value:
                return None, False, True
            if self.incremental.range_end == "open" and self.func((value,)) == self.end_value:
                return None, False, True
        self.seen_data = True
        last, start = self.last_value, self.start_value
        newest = self.compared((value,) if last is None else (value, last), "initial_value")
        if newest != last:
            self.last_value = newest
            if self._deduplicates:
                self.last_rows = [row]
                self.unique_hashes = set()
                self.legacy = False
            return row, False, False
        at = self.func((value,))
        if start is not None and self.func((value, start)) == start:
            if at != start or self.incremental.range_start == "open":
                return None, True, False
            if self._deduplicates and self.start_hashes:
                seen = row_hash(self.incremental, row, self.primary_key, legacy=self.start_legacy)
                if seen in self.start_hashes:
                    return None, True, False
        if at == last and self._deduplicates:
            self.last_rows.append(row)
        return row, False, False


def row_hash(incremental: Incremental[Any], row: Any, primary_key: Any, *, legacy: bool = False) -> str:
    """What tells a row apart: the hash of its key, or of all of it."""
    value = row
    if primary_key:
        names: Any = primary_key(row) if callable(primary_key) else primary_key
        try:
            value = _field(row, names) if isinstance(names, str) else [_field(row, n) for n in names]
        except (KeyError, AttributeError) as error:
            raise IncrementalPrimaryKeyMissing(incremental.resource_name, str(error.args[0]), row) from None
    if legacy:
        return digest128(typed_json.dumps(value, sort_keys=True, default=_legacy))
    return digest128(typed_json.dumps(value, sort_keys=True, default=_comparable), 9)


def _field(row: Any, name: str) -> Any:
    return row[name] if hasattr(row, "__getitem__") else getattr(row, name)


def _comparable(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        # One instant has one hash, whatever its time zone.
        aware = value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)
        return (aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    return typed_json.plain(value)


def _legacy(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return typed_json.plain(value)
