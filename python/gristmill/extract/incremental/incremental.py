"""`dlt.sources.incremental("updated_at", initial_value=...)`: a filter on a cursor that the state remembers.

Items below the last value are dropped, items at it are told apart by hashes, and the highest value seen becomes the
last value of the next run. With `end_value` nothing is remembered: that range is loaded, no more and no less.
"""

from __future__ import annotations

import datetime as dt
import logging
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast

from gristmill.common.time import ensure_pendulum_dt, to_py_datetime
from gristmill.exceptions import (
    ConfigurationValueError,
    IncrementalCursorPathMissing,
    IncrementalUnboundError,
    PipelineStateNotAvailable,
    SourceSectionNotAvailable,
    ValueErrorWithKnownValues,
)
from gristmill.extract import jsonpath
from gristmill.extract.incremental.arrow import ArrowCursor
from gristmill.extract.incremental.cursor import LEGACY_HASH_LENGTH, Cursor, JsonCursor, row_hash
from gristmill.extract.incremental.interval import joined_interval
from gristmill.extract.incremental.lag import with_lag
from gristmill.extract.items import BytesPage, ColumnPage, count_rows, is_arrow
from gristmill.extract.state import resource_state
from gristmill.extract.steps import ItemTransform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gristmill.extract.pipe import Pipe

T = TypeVar("T")
_log = logging.getLogger("gristmill")
_FIELDS = (
    "cursor_path",
    "initial_value",
    "end_value",
    "row_order",
    "allow_external_schedulers",
    "on_cursor_value_missing",
    "lag",
    "range_start",
    "range_end",
)


class Incremental(ItemTransform, Generic[T]):
    """A cursor, from where to where it is followed, and what it remembers."""

    placement_affinity: ClassVar[float] = 1
    duplicate_cursor_warning_threshold: ClassVar[int] = 200
    __is_incremental__: ClassVar[bool] = True
    EMPTY: ClassVar[Incremental[Any]]

    def __init__(
        self,
        cursor_path: str | None = None,
        initial_value: Any = None,
        last_value_func: Any = max,
        primary_key: Any = None,
        end_value: Any = None,
        row_order: str | None = None,
        allow_external_schedulers: bool | None = None,
        on_cursor_value_missing: str = "raise",
        lag: float | None = None,
        range_start: str = "closed",
        range_end: str = "open",
    ) -> None:
        super().__init__()
        if cursor_path:
            jsonpath.parsed(cursor_path)
        if isinstance(last_value_func, str):
            named: dict[str, Callable[..., Any]] = {"min": min, "max": max}
            if last_value_func not in named:
                raise ValueErrorWithKnownValues("last_value_func", last_value_func, named)
            last_value_func = named[last_value_func]
        if on_cursor_value_missing not in ("raise", "include", "exclude"):
            raise ValueErrorWithKnownValues(
                "on_cursor_value_missing", on_cursor_value_missing, ["raise", "include", "exclude"]
            )
        self.cursor_path = cursor_path
        self.initial_value = initial_value
        self.last_value_func: Callable[..., Any] = last_value_func
        self.end_value = end_value
        self.row_order = row_order
        self.allow_external_schedulers = allow_external_schedulers
        self.on_cursor_value_missing = on_cursor_value_missing
        self.lag = lag
        self.range_start = range_start
        self.range_end = range_end
        self.resource_name: str | None = None
        self.start_out_of_range = False
        self.end_out_of_range = False
        self._primary_key = primary_key
        self._key_from_hints: bool | None = False if primary_key is not None else None
        self._start_value = initial_value
        self._state: dict[str, Any] | None = None
        self._next_start_value: Any = None
        self._last_value: Any = None
        self._advanced = False
        self._resolved = False
        self._pipe: Pipe | None = None
        self._cursors: dict[type[Cursor], Cursor] = {}
        self._figures = {
            "unfiltered_items_count": 0,
            "unfiltered_batches_count": 0,
            "initial_unique_hashes_count": 0,
            "final_unique_hashes_count": 0,
        }
        self._custom_metrics = {"incremental": [self._figures]}

    # -- settings ------------------------------------------------------------------------------------------------

    @classmethod
    def ensure_instance(cls, value: Any) -> Incremental[Any]:
        """An incremental from its arguments as a dict, or itself."""
        return cast("Incremental[Any]", value) if isinstance(value, Incremental) else Incremental(**value)

    @classmethod
    def from_existing_state(cls, resource_name: str, cursor_path: str) -> Incremental[Any]:
        """The incremental that a resource used before."""
        state = resource_state(resource_name).setdefault("incremental", {}).setdefault(cursor_path, {})
        made: Incremental[Any] = Incremental(cursor_path, state.get("initial_value"))
        made.resource_name = resource_name
        return made

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """`dict(incremental)` is its settings."""
        return iter([(name, getattr(self, name)) for name in _FIELDS])

    def merge(self, other: Incremental[Any]) -> Incremental[T]:
        """A copy with what `other` sets laid over it."""
        settings: dict[str, Any] = dict(self)
        # A default that `other` merely kept must not undo what was set here.
        defaults: dict[str, Any] = dict(Incremental())
        settings.update({k: v for k, v in other if v is not None and (v != defaults[k] or settings[k] is None)})
        func = other.last_value_func if other.last_value_func is not max else self.last_value_func
        key = other._primary_key if other._primary_key is not None else self._primary_key
        made: Incremental[T] = Incremental(**settings, last_value_func=func, primary_key=key)
        made.resource_name = other.resource_name or self.resource_name
        made._key_from_hints = other._key_from_hints if other._key_from_hints is not None else self._key_from_hints
        for source in (other, self):
            if hasattr(source, "__orig_class__"):
                made.__orig_class__ = source.__orig_class__  # pyright: ignore[reportAttributeAccessIssue]
        return made

    def copy(self) -> Incremental[T]:
        """The same settings, bound to nothing."""
        made = copy(self)
        made._figures = dict.fromkeys(self._figures, 0)
        made._custom_metrics = {"incremental": [made._figures]}
        made._cursors = {}
        made._state = made._pipe = None
        return made

    @property
    def primary_key(self) -> Any:
        """What tells items at the last value apart."""
        return self._primary_key

    @primary_key.setter
    def primary_key(self, value: Any) -> None:
        self.set_deduplication_key(value, from_hints=False)

    def set_deduplication_key(self, value: Any, *, from_hints: bool) -> None:
        """Set that key; one from the resource's hints does not replace one that was set here."""
        if from_hints and self._key_from_hints is False:
            return
        self._primary_key = value
        self._key_from_hints = from_hints
        for cursor in self._cursors.values():
            cursor.primary_key = value

    def get_cursor_column_name(self) -> str | None:
        """The cursor's column, if the path is just one key."""
        return jsonpath.simple_field(self.cursor_path)

    def is_partial(self) -> bool:
        """Whether there is no cursor yet."""
        return not self.cursor_path

    def is_resolved(self) -> bool:
        """Whether its range was checked."""
        return self._resolved

    def resolve(self) -> None:
        """Check that the range is one."""
        self._resolved = True
        if self.end_value is None:
            return
        if self.initial_value is None:
            message = f"the incremental on `{self.cursor_path}` has an `end_value` and needs an `initial_value` too"
            raise ConfigurationValueError(message)
        try:
            in_order = self.last_value_func([self.end_value, self.initial_value]) == self.end_value
        except Exception as error:
            message = f"`initial_value` and `end_value` of `{self.cursor_path}` cannot be compared: {error}"
            raise ConfigurationValueError(message) from error
        if not in_order:
            message = (
                f"the incremental on `{self.cursor_path}` ends (`{self.end_value}`) before it starts"
                f" (`{self.initial_value}`)"
            )
            raise ConfigurationValueError(message)

    def value_type(self) -> Any:
        """The type of the cursor, as the annotation or the initial value tells."""
        original = getattr(self, "__orig_class__", None)
        declared = getattr(original, "__args__", (None,))[0]
        if declared is not None and declared is not Any and not isinstance(declared, TypeVar):
            return declared
        return Any if self.initial_value is None else type(self.initial_value)

    get_incremental_value_type = value_type

    # -- what it remembers -----------------------------------------------------------------------------------------

    def get_state(self) -> dict[str, Any]:
        """The remembered cursor; with `end_value` one that is forgotten after the run."""
        fresh = {
            "initial_value": self.initial_value,
            "last_value": self.initial_value,
            "unique_hashes": [],
            "start_value": self.initial_value,
        }
        if self.end_value is not None:
            return fresh
        if not self.resource_name:
            raise IncrementalUnboundError(self.cursor_path)
        cursors = resource_state(self.resource_name).setdefault("incremental", {})
        state: dict[str, Any] = cursors.setdefault(self.cursor_path, {})
        if not state:
            state.update(fresh)
        return state

    @property
    def start_value(self) -> Any:
        """Where this run starts; a time is of the type of the cursor, as `last_value` is."""
        return self._of_cursor_type(self._start_value)

    @start_value.setter
    def start_value(self, value: Any) -> None:
        self._start_value = value

    @property
    def last_value(self) -> Any:
        """The highest value so far; a time is pendulum's where the initial value or the annotation is."""
        if self._last_value is not None:
            return self._of_cursor_type(self._last_value)
        state = self._state if self._state is not None else self.get_state()
        return self._of_cursor_type(with_lag(self, state.get("last_value")))

    def _of_cursor_type(self, value: Any) -> Any:
        # The state and the rows have times of either kind.
        if isinstance(value, dt.datetime):
            wanted = self.value_type()
            if getattr(wanted, "__name__", None) == "DateTime" and wanted.__module__.startswith("pendulum"):
                return ensure_pendulum_dt(value)
            if wanted is dt.datetime:
                return to_py_datetime(value)
        return value

    def get_current_range(self, apply_lag: bool = True) -> tuple[Any, Any]:
        """From where to where this run goes."""
        end = self.end_value if self.end_value is not None else self._last_value
        try:
            state = self._state or self.get_state()
            start = self._start_value if apply_lag else state.get("start_value")
            return self._of_cursor_type(start), self._of_cursor_type(end)
        except (IncrementalUnboundError, SourceSectionNotAvailable, PipelineStateNotAvailable):
            return self.initial_value, end

    def advance(self, last_value: Any) -> Self:
        """Say that the range was applied elsewhere (in SQL, say): items pass, and this is the last value."""
        if last_value is not None:
            self._last_value = last_value
            if self._state is not None:
                is_one_row = self.end_value is None and self.is_unique_cursor()
                hashes = [self.cursor_value_hash(last_value)] if is_one_row else []
                self._state.update(last_value=last_value, unique_hashes=hashes)
        self._advanced = True
        return self

    @property
    def is_bound(self) -> bool:
        """Whether it follows the cursor of a resource that runs."""
        return self._state is not None

    def is_unique_cursor(self) -> bool:
        """Whether each value of the cursor belongs to one row, because the cursor is the primary key."""
        key, column = self.primary_key, self.get_cursor_column_name()
        return bool(key and column and not callable(key)) and key in (column, [column], (column,))

    def cursor_value_hash(self, value: Any, legacy: bool = False) -> str:
        """What stands in the state for the row with this value, when the cursor is unique."""
        return row_hash(self, {self.get_cursor_column_name(): value}, self.primary_key, legacy=legacy)

    def unique_boundary_consumed(self) -> bool:
        """Whether the row at the last value was loaded, which only a unique cursor can tell."""
        known: list[str] = (self._state or {}).get("unique_hashes") or []
        if not known or not self.is_unique_cursor():
            return False
        last = cast("dict[str, Any]", self._state)["last_value"]
        return self.cursor_value_hash(last, any(len(h) == LEGACY_HASH_LENGTH for h in known)) in known

    # -- as a step -------------------------------------------------------------------------------------------------

    def bind(self, pipe: Pipe) -> Self:
        """Take up the state of the resource that is about to run."""
        if self.is_partial():
            raise IncrementalCursorPathMissing(pipe.name, None)
        self.resource_name = pipe.name
        self._pipe = pipe
        self._state = self._last_value = None
        self._advanced = False
        joined_interval(self)
        self._state = self.get_state()
        self._start_value = self.last_value
        self._next_start_value = self._state.get("last_value")
        self._cursors.clear()
        self.start_out_of_range = self.end_out_of_range = False
        return self

    def can_close(self) -> bool:
        """Whether the order of rows says that nothing more will fit."""
        return (self.row_order == "asc" and self.end_out_of_range) or (
            self.row_order == "desc" and self.start_out_of_range
        )

    def __call__(self, item: Any, meta: Any = None) -> Any:
        """Keep what is new."""
        del meta
        if item is None or (isinstance(item, list) and not item):
            return item
        self._figures["unfiltered_items_count"] += count_rows(item)
        self._figures["unfiltered_batches_count"] += 1
        if self._advanced:
            return item
        if isinstance(item, BytesPage) and self._took_whole(item):
            return item
        if type(item) is not dict and isinstance(item, ColumnPage):
            return self._filtered_page(item)
        items: list[Any] = cast("list[Any]", item) if isinstance(item, list) else [item]
        cursor = self._cursor(ArrowCursor if is_arrow(items[0]) else JsonCursor)
        kept = [row for row in (self._filtered(cursor, row) for row in items) if row is not None]
        self._remember(cursor, anything=bool(kept))
        if isinstance(item, list):
            return kept or None
        return kept[0] if kept else None

    def _took_whole(self, page: BytesPage) -> bool:
        cursor = cast("JsonCursor", self._cursor(JsonCursor))
        if not cursor.takes_whole(page):
            page.filled()
            return False
        self.start_out_of_range = self.end_out_of_range = False
        self._remember(cursor, anything=True)
        return True

    def _cursor(self, kind: type[Cursor]) -> Cursor:
        if kind not in self._cursors:
            self._cursors[kind] = kind(self, set(cast("Any", self._state)["unique_hashes"]))
        return self._cursors[kind]

    def _filtered(self, cursor: Cursor, row: Any) -> Any:
        kept, self.start_out_of_range, self.end_out_of_range = cursor.filtered(row)
        if self._pipe is not None and not self._pipe.has_parent and self.can_close():
            self._pipe.close()
        return kept

    def _filtered_page(self, page: ColumnPage) -> Any:
        cursor = self._cursor(JsonCursor)
        kept, self.start_out_of_range, self.end_out_of_range = page.filtered(cursor, cast("str", self.cursor_path))
        if self._pipe is not None and not self._pipe.has_parent and self.can_close():
            self._pipe.close()
        self._remember(cursor, anything=kept is not None)
        return kept

    def _remember(self, cursor: Cursor, *, anything: bool) -> None:
        state = cast("dict[str, Any]", self._state)
        if self.lag and state.get("last_value") is not None:
            # Rows within the lag are loaded again, but the cursor never goes back.
            cursor.last_value = self.last_value_func((cursor.last_value, state["last_value"]))
        self._last_value = state["last_value"] = cursor.last_value
        if anything:
            state["start_value"] = self._next_start_value
        if not cursor.deduplicates:
            state["unique_hashes"] = []
            return
        before = len(state.get("unique_hashes") or ())
        hashes = {row_hash(self, row, cursor.primary_key, legacy=cursor.legacy) for row in cursor.last_rows}
        cursor.unique_hashes |= hashes
        cursor.last_rows.clear()
        state["unique_hashes"] = sorted(cursor.unique_hashes)
        self._figures["initial_unique_hashes_count"] = before
        self._figures["final_unique_hashes_count"] = after = len(state["unique_hashes"])
        if before <= self.duplicate_cursor_warning_threshold < after:
            _log.warning(
                "resource `%s`: %d items share the last value of cursor `%s`, and each is remembered by its hash;"
                " a cursor that tells them apart, `primary_key=()` or `range_start='open'` keeps the state small",
                self.resource_name,
                after,
                self.cursor_path,
            )

    def __repr__(self) -> str:
        shown = {
            "cursor_path": self.cursor_path,
            "initial_value": self.initial_value,
            "end_value": self.end_value,
            "last_value_func": getattr(self.last_value_func, "__name__", None),
            "primary_key": self._primary_key,
            "lag": self.lag,
            "range_start": None if self.range_start == "closed" else self.range_start,
            "range_end": None if self.range_end == "open" else self.range_end,
            "on_cursor_value_missing": None
            if self.on_cursor_value_missing == "raise"
            else self.on_cursor_value_missing,
            "resource_name": self.resource_name,
        }
        return f"<dlt.sources.incremental({', '.join(f'{k}={v!r}' for k, v in shown.items() if v is not None)})>"

    def with_cursor(self, cursor: str) -> Self:
        """A copy that reads another cursor over the same range, and remembers on its own."""
        made = copy(self)
        made.cursor_path = cursor
        made._cursors = {}
        return made


Incremental.EMPTY = Incremental()
