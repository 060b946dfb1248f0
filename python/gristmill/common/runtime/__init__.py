"""What happens around a run."""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    if name in ("signals", "exec_info", "collector", "slack"):
        return importlib.import_module(f"gristmill.common.runtime.{name}")
    message = f"module `gristmill.common.runtime` has no attribute `{name}`"
    raise AttributeError(message)
