"""Groups of configured values."""

from __future__ import annotations

from gristmill.configuration import BaseConfiguration, ConnectionStringCredentials, CredentialsConfiguration, configspec

__all__ = ["BaseConfiguration", "ConnectionStringCredentials", "CredentialsConfiguration", "configspec"]
