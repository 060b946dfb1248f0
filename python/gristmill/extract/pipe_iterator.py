"""dlt's module path for what takes items from pipes."""

from __future__ import annotations

from gristmill.extract.iterator import (
    PipeIterator,
)

__all__ = [
    "PipeIterator",
]
