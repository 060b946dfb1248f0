"""Credentials that sources take."""

from __future__ import annotations

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
