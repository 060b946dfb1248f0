"""Errors."""

from __future__ import annotations

from gristmill.exceptions import (
    DltException,
    MissingDependencyException,
    PipelineException,
    PipelineStateNotAvailable,
    ResourceNameNotAvailable,
    SourceSectionNotAvailable,
    TerminalException,
    TerminalValueError,
    TransientException,
    ValueErrorWithKnownValues,
)

__all__ = [
    "DltException",
    "MissingDependencyException",
    "PipelineException",
    "PipelineStateNotAvailable",
    "ResourceNameNotAvailable",
    "SourceSectionNotAvailable",
    "TerminalException",
    "TerminalValueError",
    "TransientException",
    "ValueErrorWithKnownValues",
]
