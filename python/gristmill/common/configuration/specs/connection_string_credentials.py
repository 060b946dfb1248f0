"""Credentials in the form of an address."""

from __future__ import annotations

from gristmill.configuration import ConnectionStringCredentials

__all__ = [
    "ConnectionStringCredentials",
]
