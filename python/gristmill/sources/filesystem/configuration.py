"""Where files are: addresses, and the credentials that each kind of address takes."""

from __future__ import annotations

import os
from collections.abc import Mapping  # noqa: TC003
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from gristmill.configuration.credentials import (
    AwsCredentials,
    AzureCredentials,
    AzureServicePrincipalCredentials,
    GcpOAuthCredentials,
    GcpServiceAccountCredentials,
    HfCredentials,
    SFTPCredentials,
)
from gristmill.configuration.spec import BaseConfiguration, CredentialsConfiguration, configspec
from gristmill.exceptions import ConfigFieldMissingException, ConfigurationValueError
from gristmill.sources.filesystem.settings import DEFAULT_CHUNK_SIZE

FileSystemCredentials = (
    AwsCredentials
    | GcpServiceAccountCredentials
    | AzureCredentials
    | AzureServicePrincipalCredentials
    | GcpOAuthCredentials
    | SFTPCredentials
    | HfCredentials
)

_GOOGLE = (GcpServiceAccountCredentials, GcpOAuthCredentials)
_AZURE = (AzureCredentials, AzureServicePrincipalCredentials)
_KINDS: dict[str, tuple[type[CredentialsConfiguration], ...]] = {
    **dict.fromkeys(("s3", "s3a"), (AwsCredentials,)),
    **dict.fromkeys(("gs", "gcs", "gdrive"), _GOOGLE),
    **dict.fromkeys(("az", "abfs", "abfss", "adl", "azure"), _AZURE),
    "hf": (HfCredentials,),
    "sftp": (SFTPCredentials,),
}


@configspec
class FilesystemConfiguration(BaseConfiguration):
    """An address of files, and what opens it.

    >>> config = FilesystemConfiguration("s3://lake/raw")
    >>> config.protocol, config.is_local_filesystem
    ('s3', False)
    """

    PROTOCOL_CREDENTIALS: ClassVar[Mapping[str, Any]] = MappingProxyType(_KINDS)

    bucket_url: str = None  # pyright: ignore[reportAssignmentType]
    credentials: Any | None = None
    read_only: bool = False
    kwargs: dict[str, Any] | None = None
    client_kwargs: dict[str, Any] | None = None
    config_kwargs: dict[str, Any] | None = None

    @property
    def protocol(self) -> str:
        """The scheme of the address; `file` for a path."""
        return self.parse_protocol(self.bucket_url)

    @property
    def is_local_filesystem(self) -> bool:
        """Whether the files are on this machine."""
        return self.protocol == "file"

    def on_resolved(self) -> None:
        """Check the address."""
        self.verify_bucket_url()

    def verify_bucket_url(self) -> None:
        """Refuse an address that names nothing; a path becomes a `file://` address."""
        parts = urlsplit(self.bucket_url)
        if not parts.path and not parts.netloc:
            message = "`bucket_url` names neither a bucket nor a path"
            raise ConfigurationValueError(message, hint="it looks like `s3://bucket/folder` or `data/in`")
        if self.is_local_path(self.bucket_url):
            self.bucket_url = self.make_file_url(self.bucket_url)

    def make_url(self, fs_path: str) -> str:
        """The address of a path as fsspec writes it."""
        return make_fsspec_url(self.protocol, fs_path, self.bucket_url)

    def __str__(self) -> str:
        parts = urlsplit(self.bucket_url)
        if parts.password:
            place = f"{parts.username}:****@{parts.hostname}" + (f":{parts.port}" if parts.port else "")
            return parts._replace(netloc=place).geturl()
        return self.bucket_url

    @staticmethod
    def is_local_path(url: str) -> bool:
        """Whether it is a path of this machine, without a scheme."""
        return not urlsplit(url).scheme or Path(url).is_absolute()

    @staticmethod
    def make_local_path(file_url: str) -> str:
        """The path that a `file://` address names."""
        parts = urlsplit(file_url)
        if parts.scheme != "file":
            message = f"`{file_url}` is no `file://` address"
            raise ValueError(message)
        host = f"//{unquote(parts.netloc)}" if parts.netloc else ""
        path = unquote(parts.path)
        if not host and os.sep != "/" and path.startswith("/"):
            path = path[1:]
        return str(Path(host + path))

    @staticmethod
    def make_file_url(local_path: str) -> str:
        """The `file://` address of a path."""
        return make_fsspec_url("file", local_path, "")

    @staticmethod
    def parse_protocol(bucket_url: str) -> str:
        """The scheme of an address; `file` for a path."""
        return "file" if FilesystemConfiguration.is_local_path(bucket_url) else urlsplit(bucket_url).scheme


FilesystemConfigurationWithLocalFiles = FilesystemConfiguration


@configspec
class FilesystemConfigurationResource(FilesystemConfiguration):
    """What `filesystem` takes from configuration: `[sources.filesystem] bucket_url = "s3://lake/raw"`."""

    file_glob: str | None = "*"
    files_per_page: int = DEFAULT_CHUNK_SIZE
    extract_content: bool = False
    fetch_file_info: bool = False


def make_fsspec_url(scheme: str, fs_path: str, bucket_url: str) -> str:
    """The address of a path as fsspec writes it: with scheme, and with the account that `bucket_url` names.

    >>> make_fsspec_url("s3", "lake/raw/a.csv", "s3://lake/raw")
    's3://lake/raw/a.csv'
    >>> make_fsspec_url("az", "lake/a.csv", "az://lake@shop.dfs.core.windows.net/")
    'az://lake@shop.dfs.core.windows.net/a.csv'
    """
    if scheme in ("file", "local"):
        return Path(fs_path).expanduser().resolve().as_uri() + ("/" if fs_path.endswith(os.sep) else "")
    parts = urlsplit(bucket_url)
    if scheme in ("az", "adl", "abfs", "azure", "abfss") and parts.username:
        container, _, path = fs_path.partition("/")
        return f"{scheme}://{container}@{parts.hostname}/{path}"
    if scheme == "sftp":
        return f"{scheme}://{parts.hostname}{fs_path}"
    if scheme in ("http", "https") and "://" in fs_path:
        return fs_path
    return f"{scheme}://{fs_path}"


def resolved_credentials(protocol: str, given: Any) -> CredentialsConfiguration | None:
    """The credentials for a kind of address: as given, else as configured; None when there are none."""
    from gristmill.configuration.inject import ConfigValueSentinel
    from gristmill.configuration.spec import resolve_configuration

    if isinstance(given, ConfigValueSentinel):
        given = None
    kinds = _KINDS.get(protocol, ())
    if isinstance(given, CredentialsConfiguration):
        if given.is_resolved() or not isinstance(given, kinds):
            return given
        kinds = (type(given),)
        given = {name: value for name, value in given.items() if value is not None}
    found: CredentialsConfiguration | None = None
    error: ConfigFieldMissingException | None = None
    for kind in kinds:
        try:
            return resolve_configuration(kind(), explicit_value=given)
        except ConfigFieldMissingException as missing:
            error = error or missing
            found = found or _partial(kind, given)
    if given is not None and error is not None:
        raise error
    return found


def _partial(kind: type[CredentialsConfiguration], given: Any) -> CredentialsConfiguration | None:
    # An endpoint or a region without a key: the machine may have a role, or the bucket may be public.
    from gristmill.configuration.spec import resolve_configuration

    made = resolve_configuration(kind(), explicit_value=given, accept_partial=True)
    return made if any(value is not None for value in made.values()) else None
