"""Errors of destinations."""

from __future__ import annotations

from gristmill.exceptions import (
    DestinationException,
    DestinationTerminalException,
    DestinationTransientException,
    DestinationUndefinedEntity,
    UnknownDestinationModule,
)

__all__ = [
    "DestinationException",
    "DestinationTerminalException",
    "DestinationTransientException",
    "DestinationUndefinedEntity",
    "UnknownDestinationModule",
]
