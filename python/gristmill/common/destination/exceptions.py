"""Errors of destinations."""

from __future__ import annotations

from gristmill.exceptions import UnknownDestinationModule

__all__ = [
    "UnknownDestinationModule",
]
