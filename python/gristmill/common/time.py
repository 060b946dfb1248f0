"""Dates and times from all that stands for one.

The `pendulum` functions give pendulum's types; it is imported when one of them is called.
"""

from __future__ import annotations

import datetime as dt
import importlib
import re
import threading
import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from gristmill.exceptions import InvalidTimezoneName

PAST_TIMESTAMP = 0.0
FUTURE_TIMESTAMP = 9999999999.0
DAY_DURATION_SEC = 24 * 60 * 60.0
UTC_NAME = "UTC"
UNIX_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
UNIX_EPOCH_DATE = dt.date(1970, 1, 1)
TAnyDateTime = Any

_PERIOD = re.compile(r"^(\d+(?:\.\d+)?)\s*([smhd])$")
_PERIOD_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_FORMATS = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "%Y-%m-%dT%H:%M:%SZ"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "%Y-%m-%dT%H:%M:%S.%fZ"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", "%Y-%m-%dT%H:%M:%S%:z"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", "%Y-%m-%dT%H:%M:%S%z"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d\d:\d\d", "%Y-%m-%dT%H:%M:%S.%f%:z"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d{4}", "%Y-%m-%dT%H:%M:%S.%f%z"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+", "%Y-%m-%dT%H:%M:%S.%f"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "%Y-%m-%dT%H:%M:%S"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", "%Y-%m-%dT%H:%MZ"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d", "%Y-%m-%dT%H:%M"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "%Y-%m-%d %H:%M:%S"),
    (r"\d{4}-\d\d-\d\d", "%Y-%m-%d"),
    (r"\d{4}-\d\d", "%Y-%m"),
    (r"\d{4}", "%Y"),
)


def ensure_datetime(value: TAnyDateTime) -> dt.datetime:
    """A time; one that knows no zone stays so.

    >>> ensure_datetime("2024-01-01T10:00:00").isoformat()
    '2024-01-01T10:00:00'
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dt.datetime.fromtimestamp(value, dt.UTC)
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value.strip())
        except ValueError:
            return _parsed_by_pendulum(value)
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    message = f"a `{type(value).__name__}` is not a time"
    raise TypeError(message)


def ensure_datetime_in_tz(value: TAnyDateTime, tz: dt.tzinfo | None = None) -> dt.datetime:
    """A time in this zone, UTC when none is told."""
    found = ensure_datetime(value)
    zone = tz or dt.UTC
    return found.astimezone(zone) if found.tzinfo is not None else found.replace(tzinfo=zone)


def ensure_pendulum_datetime(value: TAnyDateTime, tz: dt.tzinfo | None = None) -> Any:
    """A time that knows its zone, UTC when none is told.

    >>> ensure_pendulum_datetime("2024-01-01").isoformat()
    '2024-01-01T00:00:00+00:00'
    """
    return _as_pendulum(ensure_datetime_in_tz(value, tz))


def ensure_pendulum_date(value: TAnyDateTime, tz: dt.tzinfo | None = None) -> Any:
    """A date."""
    return ensure_pendulum_datetime(value, tz).date()


def ensure_date(value: TAnyDateTime, tz: dt.tzinfo | None = None) -> dt.date:
    """A date of the standard library."""
    return ensure_datetime_in_tz(value, tz).date()


def ensure_pendulum_time(value: str | float | dt.time | dt.timedelta) -> Any:
    """A time of day, from ISO text, seconds after midnight, or itself."""
    import pendulum

    if isinstance(value, str):
        value = dt.time.fromisoformat(value)
    elif not isinstance(value, dt.time):
        seconds = value if isinstance(value, dt.timedelta) else dt.timedelta(seconds=value)
        value = (dt.datetime.min + seconds).time()  # noqa: DTZ901
    return pendulum.time(value.hour, value.minute, value.second, value.microsecond)


def ensure_pendulum_datetime_utc(value: TAnyDateTime) -> Any:
    """A time in UTC."""
    return ensure_pendulum_datetime(value)


def ensure_pendulum_datetime_non_utc(value: TAnyDateTime) -> Any:
    """A time in the zone that it tells, or in none."""
    return _as_pendulum(ensure_datetime(value))


def ensure_pendulum_dt(dt: Any) -> Any:
    """A time in the zone that it tells, or in none."""
    return ensure_pendulum_datetime_non_utc(dt)


def parse_iso_like_datetime(value: str) -> Any:
    """What ISO text says: a time, a date or a time of day.

    >>> parse_iso_like_datetime("2024-01-01")
    datetime.date(2024, 1, 1)
    """
    for kind in (dt.date, dt.time):
        try:
            return kind.fromisoformat(value)
        except ValueError:
            continue
    return _as_pendulum(dt.datetime.fromisoformat(value))


def to_py_datetime(value: dt.datetime) -> dt.datetime:
    """The standard library's type."""
    return dt.datetime(
        value.year,
        value.month,
        value.day,
        value.hour,
        value.minute,
        value.second,
        value.microsecond,
        value.tzinfo,
        fold=value.fold,
    )


def to_py_date(value: dt.date) -> dt.date:
    """The standard library's type."""
    return dt.date(value.year, value.month, value.day)


def timestamp_within(timestamp: float, min_exclusive: float | None, max_inclusive: float | None) -> bool:
    """Whether it lies after the first and not after the second; an open end is None."""
    return (min_exclusive or PAST_TIMESTAMP) < timestamp <= (max_inclusive or FUTURE_TIMESTAMP)


def timestamp_before(timestamp: float, max_inclusive: float | None) -> bool:
    """Whether it does not lie after the other."""
    return timestamp <= (max_inclusive or FUTURE_TIMESTAMP)


def datetime_to_timestamp(moment: dt.datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())


def datetime_to_timestamp_ms(moment: dt.datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def datetime_to_timestamp_us(moment: dt.datetime) -> int:
    """Microseconds since 1970."""
    return (moment - UNIX_EPOCH) // dt.timedelta(microseconds=1)


def date_to_epoch_days(value: dt.date) -> int:
    """Days since 1970."""
    return value.toordinal() - UNIX_EPOCH_DATE.toordinal()


def reduce_pendulum_datetime_precision(value: Any, precision: int) -> Any:
    """So many digits of a second, from 0 to 6."""
    if precision >= 6:  # noqa: PLR2004
        return value
    step = 10 ** (6 - precision)
    return value.replace(microsecond=value.microsecond // step * step)


def detect_datetime_format(value: str) -> str | None:
    """The format of ISO text, as `strptime` names it.

    >>> detect_datetime_format("2024-01-01T10:00:00Z")
    '%Y-%m-%dT%H:%M:%SZ'
    """
    return next((form for pattern, form in _FORMATS if re.fullmatch(pattern, value)), None)


def datetime_obj_to_str(datatime: dt.datetime | dt.date, datetime_format: str) -> str:
    """A time in a format of `strftime`; `%:z` is a zone with a colon, and seconds have as few digits as dlt gives."""
    if "%:z" in datetime_format:
        zone = datatime.strftime("%z")
        text = datatime.strftime(datetime_format.replace("%:z", "\0"))
        return text.replace("\0", f"{zone[:3]}:{zone[3:]}")
    return datatime.strftime(datetime_format)


def parse_period_seconds(value: str) -> float:
    """Seconds, from `30s`, `5m`, `2h`, `1d` or a number.

    >>> parse_period_seconds("2h")
    7200.0
    """
    match = _PERIOD.match(value.strip())
    return float(match[1]) * _PERIOD_SECONDS[match[2]] if match else float(value)


def to_seconds(td: dt.timedelta | float | None) -> float | None:
    """Seconds."""
    return td.total_seconds() if isinstance(td, dt.timedelta) else td


def to_tzinfo(timezone: str) -> dt.tzinfo:
    """A zone by its name, as `Europe/Berlin`. Raises `InvalidTimezoneName` for what names none, an offset for instance."""
    if timezone == UTC_NAME:
        return dt.UTC
    try:
        if timezone not in available_timezones():
            raise InvalidTimezoneName(timezone)
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidTimezoneName(timezone) from error


_clock = threading.Lock()
_last = 0.0


def increasing_precise_time() -> float:
    """The time, later than any given before in this process."""
    global _last  # noqa: PLW0603
    with _clock:
        now = time.time()
        _last = now if now > _last else _last + 1e-6
        return _last


def precise_time() -> float:
    """The time."""
    return time.time()


def _as_pendulum(value: dt.datetime) -> Any:
    return importlib.import_module("pendulum").instance(value, tz=None)


def _parsed_by_pendulum(value: str) -> dt.datetime:
    found: Any = importlib.import_module("pendulum").parse(value, tz=None, strict=False)
    return found
