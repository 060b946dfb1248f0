"""Errors of incremental loading."""

from __future__ import annotations

from gristmill.exceptions import (
    ExternalSchedulerNotAvailable,
    IncrementalCursorInvalidCoercion,
    IncrementalCursorPathHasValueNone,
    IncrementalCursorPathMissing,
    IncrementalPrimaryKeyMissing,
    IncrementalUnboundError,
    IntervalNotAvailable,
    JoinSchedulerError,
)

__all__ = [
    "ExternalSchedulerNotAvailable",
    "IncrementalCursorInvalidCoercion",
    "IncrementalCursorPathHasValueNone",
    "IncrementalCursorPathMissing",
    "IncrementalPrimaryKeyMissing",
    "IncrementalUnboundError",
    "IntervalNotAvailable",
    "JoinSchedulerError",
]
