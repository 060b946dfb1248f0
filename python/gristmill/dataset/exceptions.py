"""Errors of datasets."""

from __future__ import annotations

from gristmill.exceptions import LineageFailedException, TableNotFound, ValueErrorWithKnownValues

__all__ = [
    "LineageFailedException",
    "TableNotFound",
    "ValueErrorWithKnownValues",
]
