"""Values of a driver that neither frames nor Arrow have a column for, in the form that the same values get as items."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from gristmill import _core, typed_json

if TYPE_CHECKING:
    from collections.abc import Sequence


def plain_rows(rows: Sequence[Sequence[Any]], are_json: Sequence[bool]) -> list[tuple[Any, ...]]:
    """Rows with time spans as texts, buffers as bytes, and in columns of JSON its text; other values stay as they are."""
    return [
        tuple(_json(value) if is_json else plain(value) for value, is_json in zip(row, are_json, strict=True))
        for row in rows
    ]


def _json(value: Any) -> Any:
    is_document = isinstance(value, (dict, list, tuple))
    return typed_json.dumps(value, default=typed_json.plain) if is_document else value


def plain(value: Any) -> Any:
    """One such value.

    >>> plain(memoryview(b"x")), plain(dt.timedelta(days=1, hours=2)), plain(7)
    (b'x', 'P1DT2H', 7)
    """
    if isinstance(value, memoryview):
        return value.tobytes()
    return _core.iso_duration(value) if isinstance(value, dt.timedelta) else value
