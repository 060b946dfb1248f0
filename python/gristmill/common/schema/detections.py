"""What type a value looks like, beyond the one it has; `Schema.add_type_detection` turns each on by its name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gristmill.common.time import parse_iso_like_datetime
from gristmill.common.wei import Wei

FIVE_YEARS_SECONDS = 5 * 31_536_000.0
BIGINT_MAX = 2**63 - 1
WEI_MAX = 578960446186580977117854925043439539266


def is_timestamp(t: type[Any], v: Any) -> str | None:
    """Seconds since 1970, five years around today."""
    now = dt.datetime.now(dt.UTC).timestamp()
    return "timestamp" if t in (int, float) and abs(v - now) <= FIVE_YEARS_SECONDS else None


def is_iso_timestamp(t: type[Any], v: Any) -> str | None:
    """ISO text with date and time.

    >>> is_iso_timestamp(str, "2024-01-01T10:00:00Z"), is_iso_timestamp(str, "2024-01-01")
    ('timestamp', None)
    """
    return "timestamp" if isinstance(_read(t, v), dt.datetime) else None


def is_iso_date(t: type[Any], v: Any) -> str | None:
    """ISO text with a date and no time."""
    found = _read(t, v)
    return "date" if isinstance(found, dt.date) and not isinstance(found, dt.datetime) else None


def is_large_integer(t: type[Any], v: Any) -> str | None:
    """An integer that 64 bits do not hold: `wei`, or text where that is too small as well."""
    if not issubclass(t, int) or v <= BIGINT_MAX:
        return None
    return "text" if v > WEI_MAX else "wei"


def is_wei_to_double(t: type[Any], v: Any) -> str | None:
    """Wei, where an approximate number is enough."""
    del v
    return "double" if issubclass(t, Wei) else None


def _read(t: type[Any], v: Any) -> Any:
    if not issubclass(t, str) or not v:
        return None
    try:
        return parse_iso_like_datetime(v)
    except ValueError:
        return None
