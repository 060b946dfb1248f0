"""dlt's module path for errors of loading."""

from __future__ import annotations

from gristmill.exceptions import (
    LoadClientJobException,
    LoadClientJobFailed,
    LoadClientJobRetry,
    LoadClientJobTerminalRetry,
)

__all__ = [
    "LoadClientJobException",
    "LoadClientJobFailed",
    "LoadClientJobRetry",
    "LoadClientJobTerminalRetry",
]
