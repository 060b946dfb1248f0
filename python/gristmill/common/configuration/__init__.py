"""Configuration."""

from __future__ import annotations

from gristmill.configuration import configspec, resolve_configuration, with_config
from gristmill.exceptions import (
    ConfigFieldMissingException,
    ConfigurationException,
    ConfigurationValueError,
    ConfigValueCannotBeCoercedException,
)

__all__ = [
    "ConfigFieldMissingException",
    "ConfigValueCannotBeCoercedException",
    "ConfigurationException",
    "ConfigurationValueError",
    "configspec",
    "resolve_configuration",
    "with_config",
]
