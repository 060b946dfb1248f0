"""Configuration is filled in."""

from __future__ import annotations

from gristmill.configuration import resolve_configuration

__all__ = [
    "resolve_configuration",
]
