"""Errors."""

from __future__ import annotations

from gristmill.exceptions import (
    DictValidationException,
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
    "DictValidationException",
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
