"""The range of a run as a scheduler gives it: `DLT_INTERVAL_START` and `_END`, or Airflow's data interval."""

from __future__ import annotations

import datetime as dt
import os
import sys
from typing import TYPE_CHECKING, Any

from gristmill.exceptions import ExternalSchedulerNotAvailable, JoinSchedulerError

if TYPE_CHECKING:
    from gristmill.extract.incremental.incremental import Incremental


def current_interval() -> tuple[dt.datetime, dt.datetime] | None:
    """The interval that the scheduler gives now, if there is one."""
    start, end = os.environ.get("DLT_INTERVAL_START"), os.environ.get("DLT_INTERVAL_END")
    if start and end:
        return _aware(start), _aware(end)
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
            return around["data_interval_start"], around["data_interval_end"]
    return None


def _aware(text: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)


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
