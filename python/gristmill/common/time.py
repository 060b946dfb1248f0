"""Dates and times from all that stands for one. Standard library types; dlt gives pendulum's."""

from __future__ import annotations

import datetime as dt
from typing import Any


def ensure_pendulum_datetime(value: Any) -> dt.datetime:
    """A time that knows its zone, UTC when none is told.

    >>> ensure_pendulum_datetime("2024-01-01").isoformat()
    '2024-01-01T00:00:00+00:00'
    """
    if isinstance(value, (int, float)):
        return dt.datetime.fromtimestamp(value, dt.UTC)
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    if not isinstance(value, dt.datetime):
        message = f"a `{type(value).__name__}` is not a time"
        raise TypeError(message)
    return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)


def ensure_pendulum_date(value: Any) -> dt.date:
    """A date."""
    return ensure_pendulum_datetime(value).date()


ensure_pendulum_datetime_utc = ensure_pendulum_datetime
ensure_datetime = ensure_pendulum_datetime
