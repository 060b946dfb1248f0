"""dlt's own helpers under the paths that user code imports them from; most of them live elsewhere in gristmill."""

from __future__ import annotations

import importlib
import logging
from time import sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

    import pendulum

    from gristmill.common import json

logger = logging.getLogger("gristmill")

__all__ = ["Decimal", "json", "logger", "pendulum", "sleep"]


def __getattr__(name: str) -> Any:
    if name == "json":
        return importlib.import_module("gristmill.common.json")
    if name == "Decimal":
        return importlib.import_module("decimal").Decimal
    if name == "Wei":
        return importlib.import_module("gristmill.common.wei").Wei
    if name == "pendulum":
        return importlib.import_module("pendulum")
    message = f"module `gristmill.common` has no attribute `{name}`"
    raise AttributeError(message)
