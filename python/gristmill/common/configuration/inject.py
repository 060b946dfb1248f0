"""Injection of configured values."""

from __future__ import annotations

from gristmill.configuration.inject import with_config

__all__ = ["with_config"]
