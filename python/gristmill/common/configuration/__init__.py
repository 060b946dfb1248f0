"""Configuration."""

from __future__ import annotations

from gristmill.common.configuration.specs import known_sections
from gristmill.common.configuration.specs.base_configuration import is_secret_hint
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
    "is_secret_hint",
    "known_sections",
    "resolve_configuration",
    "with_config",
]
