"""What sources are written with: `requests` that tries again, a client for APIs, steps for items."""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    if name in ("requests", "rest_client", "transform"):
        return importlib.import_module(f"gristmill.sources.helpers.{name}")
    message = f"module `gristmill.sources.helpers` has no attribute `{name}`"
    raise AttributeError(message)
