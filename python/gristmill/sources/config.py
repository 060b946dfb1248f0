"""Configuration for sources: `from dlt.sources.config import configspec, with_config`."""

from __future__ import annotations

from gristmill.configuration import (
    configspec,
    with_config,
)

__all__ = [
    "configspec",
    "with_config",
]
