"""Groups of configured values."""

from __future__ import annotations

from gristmill.configuration import BaseConfiguration, CredentialsConfiguration, configspec

__all__ = [
    "BaseConfiguration",
    "CredentialsConfiguration",
    "configspec",
]
