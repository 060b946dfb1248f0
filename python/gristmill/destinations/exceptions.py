"""Errors of destinations."""

from __future__ import annotations

from gristmill.exceptions import (
    DatabaseException,
    DatabaseTerminalException,
    DatabaseTransientException,
    DatabaseUndefinedRelation,
    DestinationConnectionError,
    DestinationException,
    DestinationTerminalException,
    DestinationTransientException,
    UnknownDestinationModule,
)

__all__ = [
    "DatabaseException",
    "DatabaseTerminalException",
    "DatabaseTransientException",
    "DatabaseUndefinedRelation",
    "DestinationConnectionError",
    "DestinationException",
    "DestinationTerminalException",
    "DestinationTransientException",
    "UnknownDestinationModule",
]
