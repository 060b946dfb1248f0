"""Load a stretch before the last value again: rows that arrive late are not missed."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.extract.incremental.incremental import Incremental

_DATE_TEXT = re.compile(r"\d{4}-?\d{2}-?\d{2}$")


def with_lag(incremental: Incremental[Any], last_value: Any) -> Any:
    """The last value moved back by the lag, never past the initial value."""
    lag, func = incremental.lag, incremental.last_value_func
    if not lag or last_value is None or incremental.end_value is not None or func not in (min, max):
        return last_value
    moved = _moved(-lag if func is max else lag, last_value, days=_in_days(incremental, last_value))
    initial = incremental.initial_value
    if initial is not None and func((initial, moved)) == initial:
        return initial
    return moved


def _in_days(incremental: Incremental[Any], last_value: Any) -> bool:
    kind = incremental.value_type()
    if isinstance(kind, type) and issubclass(kind, dt.date):
        return not issubclass(kind, dt.datetime)
    value = incremental.initial_value if isinstance(incremental.initial_value, str) else last_value
    if isinstance(value, str):
        return _DATE_TEXT.match(value) is not None
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _moved(lag: float, value: Any, *, days: bool) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value + lag) if isinstance(value, int) else value + lag
    if isinstance(value, str):
        return _moved_text(lag, value, days=days)
    if isinstance(value, dt.datetime):
        if not days:
            return _shifted(value, lag)
        day = value.date() + dt.timedelta(days=lag)
        edge = dt.time.min if lag < 0 else dt.time.max
        return dt.datetime.combine(day, edge, tzinfo=value.tzinfo)
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=lag)
    message = f"a lag cannot be applied to a cursor of type `{type(value).__name__}`"
    raise ValueError(message)


def _shifted(value: dt.datetime, seconds: float) -> dt.datetime:
    if value.tzinfo is None:
        return value + dt.timedelta(seconds=seconds)
    # The instant moves, not the clock on the wall.
    return (value.astimezone(dt.UTC) + dt.timedelta(seconds=seconds)).astimezone(value.tzinfo)


def _moved_text(lag: float, text: str, *, days: bool) -> str:
    if _DATE_TEXT.match(text):
        moved = dt.date.fromisoformat(text) + dt.timedelta(days=lag)
        return moved.isoformat() if "-" in text else moved.strftime("%Y%m%d")
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        message = "a lag cannot be applied to a cursor that is text and no date"
        raise ValueError(message) from None
    moved = _moved(lag, value, days=days)
    separator = "T" if "T" in text else " "
    spec = "auto"
    if "." in text:
        spec = "milliseconds" if re.search(r"\.\d{3}(?!\d)", text) else "microseconds"
    written = moved.isoformat(separator, timespec=spec)
    return written.replace("+00:00", "Z") if text.endswith("Z") else written
