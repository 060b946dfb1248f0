"""`from dlt.common.pendulum import pendulum`: the library, and dlt's own names beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pendulum

__all__ = ["pendulum", "timedelta"]

timedelta = dt.timedelta


def __getattr__(name: str) -> Any:
    # `dlt.common.pendulum` is the library's own namespace to those who wrote `from dlt.common import pendulum`.
    return getattr(pendulum, name)
