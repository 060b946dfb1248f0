"""Groups of configured values."""

from __future__ import annotations

from gristmill.configuration import BaseConfiguration, ConnectionStringCredentials, CredentialsConfiguration, configspec
from gristmill.configuration.runtime import RuntimeConfiguration

RunConfiguration = RuntimeConfiguration

__all__ = [
    "BaseConfiguration",
    "ConnectionStringCredentials",
    "CredentialsConfiguration",
    "RunConfiguration",
    "RuntimeConfiguration",
    "configspec",
]
