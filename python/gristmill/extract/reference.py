"""What makes sources."""

from __future__ import annotations

from gristmill.extract.decorators import (SourceFactory, SourceFactory as SourceReference)

__all__ = [
    "SourceFactory",
    "SourceReference",
]
