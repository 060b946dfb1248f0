"""Values that are not passed as arguments: where they come from, in which order, and how they reach a function."""

from __future__ import annotations

from gristmill.configuration.accessors import config, secrets
from gristmill.configuration.inject import with_config
from gristmill.configuration.spec import (
    BaseConfiguration,
    ConnectionStringCredentials,
    CredentialsConfiguration,
    configspec,
    resolve_configuration,
)

__all__ = [
    "BaseConfiguration",
    "ConnectionStringCredentials",
    "CredentialsConfiguration",
    "config",
    "configspec",
    "resolve_configuration",
    "secrets",
    "with_config",
]
