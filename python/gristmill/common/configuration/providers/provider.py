"""What a place is that provides configuration."""

from __future__ import annotations

from gristmill.common.configuration.providers import (
    ConfigProvider,
)

__all__ = [
    "ConfigProvider",
]
