"""Specs of configuration."""

from __future__ import annotations

from gristmill.common.configuration.specs.config_section_context import ConfigSectionContext
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
from gristmill.configuration.runtime import RuntimeConfiguration
from gristmill.configuration.spec import (
    BaseConfiguration,
    ConnectionStringCredentials,
    CredentialsConfiguration,
    configspec,
)

RunConfiguration = RuntimeConfiguration

__all__ = [
    "AwsCredentials",
    "AwsCredentialsWithoutDefaults",
    "AzureCredentials",
    "AzureCredentialsWithoutDefaults",
    "AzureServicePrincipalCredentials",
    "AzureServicePrincipalCredentialsWithoutDefaults",
    "BaseConfiguration",
    "ConfigSectionContext",
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
    "RunConfiguration",
    "RuntimeConfiguration",
    "SFTPCredentials",
    "configspec",
]
