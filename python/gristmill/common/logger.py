"""`from dlt.common import logger`: `logger.info(...)`, `logger.warning(...)`. The logger behind it is named `gristmill`.

The level is that of `runtime.log_level` once a pipeline runs, or what `logging` was told.
"""

from __future__ import annotations

import logging
from typing import Any

LOGGER = logging.getLogger("gristmill")
"""The logger itself."""


def is_logging() -> bool:
    """Whether anything is heard."""
    return LOGGER.hasHandlers()


def log_level() -> str:
    """The level, by its name."""
    return logging.getLevelName(LOGGER.getEffectiveLevel())


def __getattr__(name: str) -> Any:
    # `logger.error`, `logger.exception` and all else is the logger's own.
    return getattr(LOGGER, name)
