"""What makes sources."""

from __future__ import annotations

from gristmill.extract.decorators import SourceFactory
from gristmill.extract.decorators import SourceFactory as SourceReference

__all__ = [
    "SourceFactory",
    "SourceReference",
]
