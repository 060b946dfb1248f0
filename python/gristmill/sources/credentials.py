"""Credentials that sources take."""

from __future__ import annotations

import importlib
from typing import Any

from gristmill.configuration.credentials import (
    AwsCredentials,
    AwsCredentialsWithoutDefaults,
    AzureCredentials,
    AzureCredentialsWithoutDefaults,
    AzureServicePrincipalCredentials,
    AzureServicePrincipalCredentialsWithoutDefaults,
    CredentialsWithDefault,
    GcpCredentials,
    GcpOAuthCredentials,
    GcpOAuthCredentialsWithoutDefaults,
    GcpServiceAccountCredentials,
    GcpServiceAccountCredentialsWithoutDefaults,
    HfCredentials,
    OAuth2Credentials,
    SFTPCredentials,
)
from gristmill.configuration.spec import ConnectionStringCredentials, CredentialsConfiguration


def __getattr__(name: str) -> Any:
    # The places of files need fsspec's settings, which most sources do not.
    if name in ("FileSystemCredentials", "FilesystemConfiguration"):
        return getattr(importlib.import_module("gristmill.common.storages.configuration"), name)
    message = f"module `gristmill.sources.credentials` has no attribute `{name}`"
    raise AttributeError(message)


__all__ = [
    "AwsCredentials",
    "AwsCredentialsWithoutDefaults",
    "AzureCredentials",
    "AzureCredentialsWithoutDefaults",
    "AzureServicePrincipalCredentials",
    "AzureServicePrincipalCredentialsWithoutDefaults",
    "ConnectionStringCredentials",
    "CredentialsConfiguration",
    "CredentialsWithDefault",
    "GcpCredentials",
    "GcpOAuthCredentials",
    "GcpOAuthCredentialsWithoutDefaults",
    "GcpServiceAccountCredentials",
    "GcpServiceAccountCredentialsWithoutDefaults",
    "HfCredentials",
    "OAuth2Credentials",
    "SFTPCredentials",
]
