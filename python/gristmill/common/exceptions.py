"""Errors."""

from __future__ import annotations

from gristmill.exceptions import (
    ArgumentsOverloadException,
    CannotInstallDependencies,
    DictValidationException,
    DltException,
    MissingDependencyException,
    PipelineException,
    PipelineStateNotAvailable,
    ResourceNameNotAvailable,
    SignalReceivedException,
    SourceSectionNotAvailable,
    TerminalException,
    TerminalValueError,
    TransientException,
    ValueErrorWithKnownValues,
    VenvNotFound,
)

__all__ = [
    "ArgumentsOverloadException",
    "CannotInstallDependencies",
    "DictValidationException",
    "DltException",
    "MissingDependencyException",
    "PipelineException",
    "PipelineStateNotAvailable",
    "ResourceNameNotAvailable",
    "SignalReceivedException",
    "SourceSectionNotAvailable",
    "TerminalException",
    "TerminalValueError",
    "TransientException",
    "ValueErrorWithKnownValues",
    "VenvNotFound",
]
