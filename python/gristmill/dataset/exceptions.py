"""Errors of datasets."""

from __future__ import annotations

from gristmill.exceptions import TableNotFound, ValueErrorWithKnownValues

__all__ = [
    "TableNotFound",
    "ValueErrorWithKnownValues",
]
