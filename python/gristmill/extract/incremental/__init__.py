"""Load only what is new: a cursor remembered between runs."""

from __future__ import annotations

from gristmill.common.incremental.typing import (
    IncrementalColumnState,
    LastValueFunc,
    OnCursorValueMissing,
    TCursorValue,
)
from gristmill.exceptions import IncrementalCursorPathMissing, IncrementalPrimaryKeyMissing, IncrementalUnboundError
from gristmill.extract.incremental.incremental import Incremental
from gristmill.extract.incremental.wrapper import IncrementalResourceWrapper

__all__ = [
    "Incremental",
    "IncrementalColumnState",
    "IncrementalCursorPathMissing",
    "IncrementalPrimaryKeyMissing",
    "IncrementalResourceWrapper",
    "IncrementalUnboundError",
    "LastValueFunc",
    "OnCursorValueMissing",
    "TCursorValue",
]
