"""`from dlt.common.pendulum import pendulum`: the library, where it is installed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import pendulum as _library  # pyright: ignore[reportMissingImports]
except ImportError:
    feature = "`dlt.common.pendulum`"
    raise MissingDependencyException(feature, ["pendulum"]) from None

pendulum: Any = _library
timedelta = dt.timedelta


def __getattr__(name: str) -> Any:
    # `dlt.common.pendulum` is the library's own namespace to those who wrote `from dlt.common import pendulum`.
    return getattr(pendulum, name)
