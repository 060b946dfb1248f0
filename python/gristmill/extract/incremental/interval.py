"""The range of a run as a scheduler gives it: `DLT_INTERVAL_START` and `_END`, or Airflow's data interval."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import re
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.common.time import to_tzinfo
from gristmill.exceptions import (
    ExternalSchedulerNotAvailable,
    IntervalNotAvailable,
    JoinSchedulerError,
    MissingDependencyException,
)

if TYPE_CHECKING:
    from gristmill.extract.incremental.incremental import Incremental


class TTimeInterval(NamedTuple):
    """From `start` on, and before `end`; both know their zone."""

    start: dt.datetime
    end: dt.datetime


_chosen: ContextVar[TTimeInterval | None] = ContextVar("interval", default=None)


def timezone() -> dt.tzinfo:
    """The zone of the scheduler, `DLT_INTERVAL_TIMEZONE`; UTC when there is none."""
    name = os.environ.get("DLT_INTERVAL_TIMEZONE")
    return dt.UTC if not name else to_tzinfo(name)


def current_interval() -> TTimeInterval | None:
    """The interval that the scheduler gives now, if there is one."""
    if (chosen := _chosen.get()) is not None:
        return chosen
    start, end = os.environ.get("DLT_INTERVAL_START"), os.environ.get("DLT_INTERVAL_END")
    if start and end:
        zone = timezone()
        return TTimeInterval(_in_zone(start, dt.UTC).astimezone(zone), _in_zone(end, dt.UTC).astimezone(zone))
    # Only a process that runs within Airflow has it loaded.
    for module, name in (("airflow.sdk", "get_current_context"), ("airflow.operators.python", "get_current_context")):
        get_context: Any = getattr(sys.modules.get(module), name, None)
        if get_context is None:
            continue
        try:
            around = get_context()
        except Exception:  # noqa: BLE001, S112
            # Airflow raises errors of its own, which cannot be named without importing it, when no task runs.
            continue
        if around.get("data_interval_start") is not None and around.get("data_interval_end") is not None:
            return TTimeInterval(around["data_interval_start"], around["data_interval_end"])
    return None


class IntervalAccessor:
    """`dlt.current.interval`: call it for the interval; it may be replaced, or one of its ends.

    >>> interval = IntervalAccessor()
    >>> interval.set((dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC), dt.datetime(2024, 1, 2, tzinfo=dt.UTC)))
    >>> str(interval.apply_full_days()().start)
    '2024-01-01 00:00:00+00:00'
    >>> interval.set(None)
    """

    def __call__(self) -> TTimeInterval | None:
        """The interval as `(start, end)`, or None when no scheduler gives one."""
        return current_interval()

    def set(self, interval: tuple[dt.datetime, dt.datetime] | None) -> None:
        """Let this be the interval in what runs from here on; None goes back to what the scheduler gives."""
        _chosen.set(interval and TTimeInterval(*(_in_zone(bound, None) for bound in interval)))

    def update(self, *, start: Any = None, end: Any = None) -> None:
        """Change one end or both; a time without a zone is meant in the interval's. Raises `IntervalNotAvailable`."""
        now = self._required("update")
        zone = now.start.tzinfo
        _chosen.set(
            TTimeInterval(
                now.start if start is None else _in_zone(start, zone),
                now.end if end is None else _in_zone(end, zone),
            )
        )

    @property
    def timezone(self) -> dt.tzinfo:
        """The zone of the interval, or the scheduler's when there is no interval."""
        now = current_interval()
        return now.start.tzinfo or dt.UTC if now is not None else timezone()

    @property
    def is_empty(self) -> bool:
        """Whether there is no interval, or one without length."""
        now = current_interval()
        return now is None or now.start >= now.end

    def apply_lag(self, trigger: str, count: int = 1, lag_end: bool = False) -> IntervalAccessor:
        """Move the start, or the end, back by `count` ticks of `trigger`: `every:<seconds, 5m, 1h, 2d>`, `schedule:<cron>`, a cron.

        A cron needs the package `croniter`. Raises `IntervalNotAvailable`, and `ValueError` when nothing is left.
        """
        now = self._required("lag")
        bound = _ticks_back(str(trigger).strip(), now.end if lag_end else now.start, count)
        lagged = TTimeInterval(now.start, bound) if lag_end else TTimeInterval(bound, now.end)
        if lagged.start >= lagged.end:
            message = f"after the lag nothing is left of the interval: it goes from {lagged.start} to {lagged.end}"
            raise ValueError(message)
        _chosen.set(lagged)
        return self

    def apply_full_days(self) -> IntervalAccessor:
        """Widen the interval to whole days, each end in its own zone. Raises `IntervalNotAvailable`."""
        now = self._required("widen")
        end = _midnight(now.end)
        _chosen.set(TTimeInterval(_midnight(now.start), end if end == now.end else end + dt.timedelta(days=1)))
        return self

    def _required(self, action: str) -> TTimeInterval:
        now = current_interval()
        if now is None:
            raise IntervalNotAvailable(action)
        return now

    def __str__(self) -> str:
        return str(self())


interval = IntervalAccessor()


def _in_zone(value: Any, zone: dt.tzinfo | None) -> dt.datetime:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    moment: dt.datetime = value if isinstance(value, dt.datetime) else _moment(value)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone or timezone())
    return moment if zone is None else moment.astimezone(zone)


def _moment(text: str) -> dt.datetime:
    # Some schedulers count seconds.
    if re.fullmatch(r"\d{9,10}(\.\d+)?", text):
        return dt.datetime.fromtimestamp(float(text), dt.UTC)
    return dt.datetime.fromisoformat(text)


def _midnight(moment: dt.datetime) -> dt.datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _ticks_back(trigger: str, bound: dt.datetime, count: int) -> dt.datetime:
    if trigger.startswith("every:"):
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", trigger.removeprefix("every:").strip())
        if found is None:
            message = f"`{trigger}` names no period; one is `every:5m`"
            raise ValueError(message)
        unit = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2]]
        return bound - count * dt.timedelta(**{unit: float(found[1])})
    cron = trigger.removeprefix("schedule:")
    message = f"`{trigger}` is neither `every:` with a period nor a cron"
    if not (cron.startswith("@") or len(cron.split()) in (5, 6)):
        raise ValueError(message)
    try:
        croniter: Any = importlib.import_module("croniter").croniter
    except ImportError as error:
        raise MissingDependencyException("apply_lag", ["croniter"], "a cron tells the ticks") from error
    if not croniter.is_valid(cron):
        raise ValueError(message)
    # Ticks are those of the clock on the wall; one that falls on the bound is the latest.
    ticks = croniter(cron, bound.replace(tzinfo=None) + dt.timedelta(microseconds=1))
    tick: dt.datetime = ticks.get_prev(dt.datetime)
    for _ in range(abs(count)):
        tick = ticks.get_prev(dt.datetime) if count > 0 else ticks.get_next(dt.datetime)
    return tick.replace(tzinfo=bound.tzinfo)


def joined_interval(incremental: Incremental[Any]) -> None:
    """Let the scheduler's interval be the range, where the incremental allows it."""
    allowed = incremental.allow_external_schedulers
    if allowed is None:
        allowed = os.environ.get("DLT_ALLOW_EXTERNAL_SCHEDULERS", "").lower() in ("1", "true", "yes")
    if not allowed:
        return
    interval = current_interval()
    if interval is None:
        raise ExternalSchedulerNotAvailable(str(incremental.resource_name))
    kind = incremental.value_type()
    start, end = (_as_kind(incremental, kind, value) for value in interval)
    func = incremental.last_value_func
    initial, final = incremental.initial_value, incremental.end_value
    incremental.initial_value = initial if initial is not None and func((initial, start)) == initial else start
    incremental.end_value = final if final is not None and func((final, end)) == end else end


def _as_kind(incremental: Incremental[Any], kind: Any, value: dt.datetime) -> Any:
    if isinstance(kind, type):
        if issubclass(kind, dt.datetime):
            naive = isinstance(incremental.initial_value, dt.datetime) and incremental.initial_value.tzinfo is None
            return value.astimezone(dt.UTC).replace(tzinfo=None) if naive else value
        if issubclass(kind, dt.date):
            return value.date()
        if issubclass(kind, (int, float)):
            return kind(value.timestamp())
    raise JoinSchedulerError(
        incremental.resource_name,
        f"the scheduler's interval needs a cursor of dates, times or numbers; `{incremental.cursor_path}` is not known"
        " to be one",
        hint="annotate the argument, for instance `dlt.sources.incremental[datetime]`",
    )
