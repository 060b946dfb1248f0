"""Warnings of what will go."""

from __future__ import annotations


class DltDeprecationWarning(DeprecationWarning):
    """Something will go in a later version."""

    def __init__(self, message: str, *args: object, since: object = None, expected_due: object = None) -> None:
        super().__init__(message, *args)
        self.message = message
        self.since = since
        self.expected_due = expected_due


class Dlt04DeprecationWarning(DltDeprecationWarning):
    """Deprecated as of 0.4."""


class Dlt100DeprecationWarning(DltDeprecationWarning):
    """Deprecated as of 1.0."""
