"""Errors of destinations."""

from __future__ import annotations

from gristmill.exceptions import (
    DestinationException,
    DestinationLoadingViaStagingNotSupported,
    DestinationTerminalException,
    DestinationTransientException,
    DestinationUndefinedEntity,
    UnknownDestinationModule,
)

__all__ = [
    "DestinationException",
    "DestinationLoadingViaStagingNotSupported",
    "DestinationTerminalException",
    "DestinationTransientException",
    "DestinationUndefinedEntity",
    "UnknownDestinationModule",
]
