"""Single values of configuration."""

from __future__ import annotations

from gristmill.configuration.accessors import config, secrets

__all__ = [
    "config",
    "secrets",
]
