"""Defaults of the source."""

from __future__ import annotations

DEFAULT_CHUNK_SIZE = 100
"""Files in one page."""
