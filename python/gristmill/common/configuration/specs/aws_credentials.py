"""Credentials under dlt's path."""

from __future__ import annotations

from gristmill.configuration.credentials import AwsCredentials, AwsCredentialsWithoutDefaults

__all__ = [
    "AwsCredentials",
    "AwsCredentialsWithoutDefaults",
]
