"""Configuration."""

from __future__ import annotations

from gristmill.configuration import configspec, resolve_configuration, with_config
from gristmill.exceptions import ConfigFieldMissingException, ConfigurationException, ConfigurationValueError

__all__ = [
    "ConfigFieldMissingException",
    "ConfigurationException",
    "ConfigurationValueError",
    "configspec",
    "resolve_configuration",
    "with_config",
]
