"""Errors of configuration."""

from __future__ import annotations

from gristmill.exceptions import (
    ConfigFieldMissingException,
    ConfigProviderException,
    ConfigurationException,
    ConfigurationValueError,
    ConfigValueCannotBeCoercedException,
    InvalidNativeValue,
    ValueNotSecretException,
)

__all__ = [
    "ConfigFieldMissingException",
    "ConfigProviderException",
    "ConfigValueCannotBeCoercedException",
    "ConfigurationException",
    "ConfigurationValueError",
    "InvalidNativeValue",
    "ValueNotSecretException",
]
