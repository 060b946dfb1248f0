"""Credentials of the services that sources talk to: they parse, they are found in configuration, they hide their secrets.

>>> from gristmill.sources.credentials import AwsCredentials
>>> made = AwsCredentials(aws_access_key_id="id", aws_secret_access_key="key")
>>> made
AwsCredentials(aws_access_key_id='id', aws_secret_access_key='***', aws_session_token=None, profile_name=None, region_name=None, endpoint_url=None, s3_url_style=None)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self, cast

from gristmill.configuration.coerce import TSecretStrValue  # noqa: TC001
from gristmill.configuration.spec import CredentialsConfiguration, configspec
from gristmill.exceptions import ConfigurationValueError, InvalidNativeValue, MissingDependencyException


class CredentialsWithDefault:
    """Credentials that the machine itself may have: a role, a login of a command line tool."""

    def has_default_credentials(self) -> bool:
        """Whether they were found on the machine."""
        return "_default" in vars(self)

    def default_credentials(self) -> Any:
        """What was found, None when nothing was."""
        return vars(self).get("_default")

    def _set_default_credentials(self, found: Any) -> None:
        vars(self)["_default"] = found


@configspec
class OAuth2Credentials(CredentialsConfiguration):
    """A client, its secret, and the token that both were exchanged for."""

    client_id: str = None  # pyright: ignore[reportAssignmentType]
    client_secret: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    refresh_token: TSecretStrValue | None = None
    scopes: list[str] | None = None
    token: TSecretStrValue | None = None

    def auth(self, scopes: str | list[str] | None = None, redirect_url: str | None = None) -> None:
        """Exchange the refresh token for a token; a class for a service does that."""
        raise NotImplementedError

    def add_scopes(self, scopes: str | list[str] | None) -> None:
        """Ask for more."""
        given = [scopes] if isinstance(scopes, str) else scopes or []
        self.scopes = list(dict.fromkeys([*(self.scopes or []), *given]))


@configspec
class GcpCredentials(CredentialsConfiguration):
    """What all of Google's credentials have."""

    project_id: str = None  # pyright: ignore[reportAssignmentType]

    token_uri = "https://oauth2.googleapis.com/token"  # noqa: S105
    auth_uri = "https://accounts.google.com/o/oauth2/auth"

    def parse_native_representation(self, native_value: Any) -> None:
        """Read the JSON file that Google hands out; the error does not quote it."""
        try:
            read: Any = json.loads(native_value)
        except (TypeError, ValueError):
            read = None
        if not isinstance(read, dict):
            message = f"the value given for `{type(self).__name__}` is not the JSON that Google hands out"
            raise InvalidNativeValue(message, hint='it looks like `{"project_id": ...}`')
        found = cast("dict[str, Any]", read)
        if len(found) == 1 and isinstance(inner := next(iter(found.values())), dict):
            # The file of an OAuth client holds one entry, named by the kind of application.
            found = cast("dict[str, Any]", inner)
        known = self.get_resolvable_fields()
        self.update({name: value for name, value in found.items() if name in known})

    def to_native_representation(self) -> str:
        """The JSON text, secrets included."""
        return json.dumps(self._document())

    def _document(self) -> dict[str, Any]:
        return {**dict(self), "token_uri": self.token_uri, "auth_uri": self.auth_uri}

    def to_gcs_credentials(self) -> dict[str, Any]:
        """Arguments for `gcsfs`."""
        default = isinstance(self, CredentialsWithDefault) and self.has_default_credentials()
        return {"project": self.project_id, "token": None if default else self._document()}

    def __str__(self) -> str:
        return f"{self.project_id}"


@configspec
class GcpServiceAccountCredentialsWithoutDefaults(GcpCredentials):
    """A service account's key."""

    private_key: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    private_key_id: str | None = None
    client_email: str = None  # pyright: ignore[reportAssignmentType]

    type = "service_account"

    def on_resolved(self) -> None:
        """A key ends with a line break, or it is none."""
        if self.private_key and not self.private_key.endswith("\n"):
            self.private_key += "\n"

    def _document(self) -> dict[str, Any]:
        return {**super()._document(), "type": self.type}

    def to_native_credentials(self) -> Any:
        """`google.oauth2.service_account.Credentials`."""
        return _google("google.oauth2.service_account").Credentials.from_service_account_info(self._document())

    def __str__(self) -> str:
        return f"{self.client_email}@{self.project_id}"


@configspec
class GcpServiceAccountCredentials(GcpServiceAccountCredentialsWithoutDefaults, CredentialsWithDefault):
    """A service account's key, or what the machine has."""

    def on_partial(self) -> None:
        """Look at the machine."""
        _google_default(self)


@configspec
class GcpOAuthCredentialsWithoutDefaults(GcpCredentials, OAuth2Credentials):
    """A person's permission for an application."""

    client_id: str = None  # pyright: ignore[reportAssignmentType]
    client_secret: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    refresh_token: TSecretStrValue = None  # pyright: ignore[reportAssignmentType, reportIncompatibleVariableOverride]
    scopes: list[str] | None = None
    token: TSecretStrValue | None = None

    client_type = "installed"

    def auth(self, scopes: str | list[str] | None = None, redirect_url: str | None = None) -> None:
        """Exchange the refresh token for a token."""
        del redirect_url
        self.add_scopes(scopes)
        if not self.refresh_token:
            message = f"`{type(self).__name__}` needs a `refresh_token`"
            raise ConfigurationValueError(message)
        credentials = self.to_native_credentials()
        credentials.refresh(_google("google.auth.transport.requests").Request())
        self.token = credentials.token

    def to_native_credentials(self) -> Any:
        """`google.oauth2.credentials.Credentials`."""
        return _google("google.oauth2.credentials").Credentials.from_authorized_user_info(
            {**self._document(), "type": "authorized_user"}, self.scopes
        )

    def __str__(self) -> str:
        return f"{self.client_id}@{self.project_id}"


@configspec
class GcpOAuthCredentials(GcpOAuthCredentialsWithoutDefaults, CredentialsWithDefault):
    """A person's permission for an application, or what the machine has."""

    def on_partial(self) -> None:
        """Look at the machine."""
        _google_default(self)


@configspec
class AwsCredentialsWithoutDefaults(CredentialsConfiguration):
    """A key of AWS, or of anything that speaks S3."""

    aws_access_key_id: str = None  # pyright: ignore[reportAssignmentType]
    aws_secret_access_key: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    aws_session_token: TSecretStrValue | None = None
    profile_name: str | None = None
    region_name: str | None = None
    endpoint_url: str | None = None
    s3_url_style: str | None = None

    def parse_native_representation(self, native_value: Any) -> None:
        """Take a session of boto."""
        if not hasattr(native_value, "get_credentials"):
            message = f"the value given for `{type(self).__name__}` is not a session of boto"
            raise InvalidNativeValue(message)
        found = native_value.get_credentials()
        if found is not None:
            self.aws_access_key_id, self.aws_secret_access_key = found.access_key, found.secret_key
            self.aws_session_token = found.token
        self.region_name = getattr(native_value, "region_name", None) or self.region_name

    @classmethod
    def from_session(cls, botocore_session: Any) -> Self:
        """From a session of boto."""
        made = cls()
        made.parse_native_representation(botocore_session)
        return made

    def to_native_representation(self) -> dict[str, str | None]:
        """The fields."""
        return dict(self)

    def to_session_credentials(self) -> dict[str, Any]:
        """Arguments for a session of boto."""
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        return {name: getattr(self, name) for name in names}

    def to_s3fs_credentials(self) -> dict[str, Any]:
        """Arguments for `s3fs`."""
        key = self.to_session_credentials()
        found: dict[str, Any] = {
            "key": key["aws_access_key_id"],
            "secret": key["aws_secret_access_key"],
            "token": key["aws_session_token"],
            "profile": self.profile_name,
            "endpoint_url": self.endpoint_url,
        }
        if self.region_name:
            found["client_kwargs"] = {"region_name": self.region_name}
        return found

    def __str__(self) -> str:
        return f"{self.aws_access_key_id or self.profile_name}@{self.endpoint_url or 'aws'}"


@configspec
class AwsCredentials(AwsCredentialsWithoutDefaults, CredentialsWithDefault):
    """A key of AWS, or what the machine has: its role, a profile, the environment."""

    def on_partial(self) -> None:
        """Ask boto, when it is installed."""
        try:
            import botocore.session  # pyright: ignore[reportMissingTypeStubs, reportMissingImports]
        except ImportError:
            return
        session: Any = botocore.session.Session(profile=self.profile_name)  # pyright: ignore[reportUnknownMemberType]
        if session.get_credentials() is not None:
            self.parse_native_representation(session)
            self.region_name = self.region_name or session.get_config_variable("region")
            self._set_default_credentials(session)
            self.resolve()


@configspec
class AzureCredentialsWithoutDefaults(CredentialsConfiguration):
    """A storage account and its key."""

    azure_storage_account_name: str = None  # pyright: ignore[reportAssignmentType]
    azure_storage_account_key: TSecretStrValue | None = None
    azure_storage_sas_token: TSecretStrValue | None = None
    azure_account_host: str | None = None

    def to_adlfs_credentials(self) -> dict[str, Any]:
        """Arguments for `adlfs`."""
        return {
            "account_name": self.azure_storage_account_name,
            "account_key": self.azure_storage_account_key,
            "sas_token": self.azure_storage_sas_token,
            "account_host": self.azure_account_host,
        }

    def __str__(self) -> str:
        return f"{self.azure_storage_account_name}"


@configspec
class AzureCredentials(AzureCredentialsWithoutDefaults, CredentialsWithDefault):
    """A storage account and its key, or what the machine has."""


@configspec
class AzureServicePrincipalCredentialsWithoutDefaults(CredentialsConfiguration):
    """A storage account, and an application that may use it."""

    azure_storage_account_name: str = None  # pyright: ignore[reportAssignmentType]
    azure_tenant_id: str = None  # pyright: ignore[reportAssignmentType]
    azure_client_id: str = None  # pyright: ignore[reportAssignmentType]
    azure_client_secret: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    azure_account_host: str | None = None

    def to_adlfs_credentials(self) -> dict[str, Any]:
        """Arguments for `adlfs`."""
        return {
            "account_name": self.azure_storage_account_name,
            "tenant_id": self.azure_tenant_id,
            "client_id": self.azure_client_id,
            "client_secret": self.azure_client_secret,
            "account_host": self.azure_account_host,
        }

    def __str__(self) -> str:
        return f"{self.azure_client_id}@{self.azure_storage_account_name}"


@configspec
class AzureServicePrincipalCredentials(AzureServicePrincipalCredentialsWithoutDefaults, CredentialsWithDefault):
    """An application that may use a storage account, or what the machine has."""


@configspec
class SFTPCredentials(CredentialsConfiguration):
    """A login at a server of files."""

    sftp_port: int | None = 22
    sftp_username: str | None = None
    sftp_password: TSecretStrValue | None = None
    sftp_key_filename: str | None = None
    sftp_key_passphrase: TSecretStrValue | None = None

    def __str__(self) -> str:
        return f"{self.sftp_username}"


@configspec
class HfCredentials(CredentialsConfiguration):
    """A token of Hugging Face."""

    hf_token: TSecretStrValue | None = None
    hf_endpoint: str | None = None


def _google(module: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        feature = "Google credentials"
        raise MissingDependencyException(feature, ["google-auth"]) from None


def _google_default(credentials: Any) -> None:
    try:
        google = _google("google.auth")
        found, project = google.default()
    except Exception:  # noqa: BLE001
        # Nothing is installed, or nothing is found: the values stay missing, and the error says so.
        return
    credentials.project_id = credentials.project_id or project
    if not isinstance(found, Mapping):
        credentials._set_default_credentials(found)
        credentials.resolve()
