"""A story: some loads of one source, told as plain data so that either peer can live it and a file can keep it.

    {"naming": "snake_case", "source": {...}, "loads": [{"resources": [{"hints": {"name": "items", ...}, "pages": [[...]]}]}]}

Values that JSON lacks are written as `{"$decimal": "1.5"}`.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Story = dict[str, Any]
# A datetime is a date too, so it comes first.
_KINDS: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]] = {
    "$timestamp": (dt.datetime, dt.datetime.isoformat, dt.datetime.fromisoformat),
    "$date": (dt.date, dt.date.isoformat, dt.date.fromisoformat),
    "$time": (dt.time, dt.time.isoformat, dt.time.fromisoformat),
    "$decimal": (Decimal, str, Decimal),
    "$bytes": (bytes, lambda b: base64.b64encode(b).decode(), base64.b64decode),
    "$uuid": (uuid.UUID, str, uuid.UUID),
}


def told(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, dict):
        return {k: told(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [told(v) for v in value]
    for tag, (kind, write, _) in _KINDS.items():
        if isinstance(value, kind):
            return {tag: write(value)}
    return value


def meant(value: Any) -> Any:
    """What was told."""
    if isinstance(value, list):
        return [meant(v) for v in value]
    if isinstance(value, dict):
        if len(value) == 1 and (tag := next(iter(value))) in _KINDS:
            return _KINDS[tag][2](value[tag])
        return {k: meant(v) for k, v in value.items()}
    return value
