"""Errors of credentials."""

from __future__ import annotations

from gristmill.exceptions import InvalidConnectionString, InvalidNativeValue

NativeValueError = InvalidNativeValue

__all__ = [
    "InvalidConnectionString",
    "NativeValueError",
]
