"""Credentials under dlt's path."""

from __future__ import annotations

from gristmill.configuration.credentials import OAuth2Credentials

__all__ = [
    "OAuth2Credentials",
]
