"""`AdapterLogger`, by which plugins of dbt-duckdb tell what they do."""

from __future__ import annotations

import logging
from typing import Any


class AdapterLogger:
    """Writes to Python's `logging`, under `gristmill.plugins` and the name that it is given."""

    def __init__(self, name: str) -> None:
        """Take the name."""
        self.name = name
        self._logger = logging.getLogger(f"gristmill.plugins.{name}")

    def debug(self, msg: object, *args: Any, **_: Any) -> None:
        """Tell something for who looks for a fault."""
        self._logger.debug(msg, *args)

    def info(self, msg: object, *args: Any, **_: Any) -> None:
        """Tell how it goes."""
        self._logger.info(msg, *args)

    def warning(self, msg: object, *args: Any, **_: Any) -> None:
        """Tell of something to change."""
        self._logger.warning(msg, *args)

    def error(self, msg: object, *args: Any, **_: Any) -> None:
        """Tell of a failure."""
        self._logger.error(msg, *args)

    def exception(self, msg: object, *args: Any, **_: Any) -> None:
        """Tell of a failure, with what was raised."""
        self._logger.exception(msg, *args)  # noqa: LOG004 - it is called from a handler.
