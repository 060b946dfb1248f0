"""File systems of fsspec: for addresses that the core does not open, and for those who ask for one."""

from __future__ import annotations

from typing import Any, cast

from gristmill.configuration.credentials import (
    AwsCredentialsWithoutDefaults,
    AzureCredentialsWithoutDefaults,
    AzureServicePrincipalCredentialsWithoutDefaults,
    GcpCredentials,
    HfCredentials,
    SFTPCredentials,
)
from gristmill.exceptions import ConfigurationValueError, MissingDependencyException
from gristmill.sources.filesystem.configuration import FilesystemConfiguration

_PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("az", "azure", "adl", "abfs", "abfss"), "adlfs"),
    "sftp": "paramiko",
    "hf": "huggingface_hub",
}


def is_fsspec(value: Any) -> bool:
    """Whether it is a file system of fsspec, without importing fsspec for it."""
    return any(kind.__name__ == "AbstractFileSystem" for kind in type(value).__mro__)


def fsspec_filesystem(
    protocol: str,
    credentials: Any = None,
    kwargs: dict[str, Any] | None = None,
    client_kwargs: dict[str, Any] | None = None,
    config_kwargs: dict[str, Any] | None = None,
) -> tuple[Any, str]:
    """A file system for a protocol or an address, and the path that the address names in it.

    `kwargs` are arguments of the file system's class, `client_kwargs` of the client that it uses.

    Raises:
        MissingDependencyException: fsspec, or the package for this protocol, is not installed.

    """
    return fsspec_from_config(
        FilesystemConfiguration(protocol, credentials, False, kwargs, client_kwargs, config_kwargs)
    )


def fsspec_from_config(config: FilesystemConfiguration) -> tuple[Any, str]:
    """A file system for a configuration, and the path that its address names in it."""
    address = config.bucket_url
    # The bare name of a protocol stands for its root.
    protocol = address if address.isidentifier() and not address.startswith("/") else config.protocol
    try:
        from fsspec.core import url_to_fs  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

        if address == protocol:
            address = f"{protocol}://"
        if FilesystemConfiguration.is_local_path(address):
            address = FilesystemConfiguration.make_file_url(address)
        return cast("tuple[Any, str]", url_to_fs(address, **prepare_fsspec_args(config)))
    except ImportError:
        feature = f"a file system of fsspec for `{protocol}://`"
        raise MissingDependencyException(feature, ["fsspec", *filter(None, [_PACKAGES.get(protocol)])]) from None
    except ValueError as error:
        if not str(error).startswith("Protocol not known"):
            raise
        message = f"no file system opens addresses that begin with `{protocol}://`"
        hint = "a path, `file://`, `s3://`, `gs://` and `az://` need nothing more; `memory://`, `zip://` and others need fsspec"
        raise ConfigurationValueError(message, hint=hint) from None


def prepare_fsspec_args(config: FilesystemConfiguration) -> dict[str, Any]:
    """The arguments of the file system's class."""
    arguments: dict[str, Any] = dict(_from_credentials(config.credentials))
    for name, given in (("client_kwargs", config.client_kwargs), ("config_kwargs", config.config_kwargs)):
        if given is not None:
            arguments[name] = {**given, **(arguments.get(name) or {})}
    arguments = {name: value for name, value in arguments.items() if value is not None}
    return {**arguments, **(config.kwargs or {})}


def _from_credentials(credentials: Any) -> dict[str, Any]:
    if isinstance(credentials, AwsCredentialsWithoutDefaults):
        return credentials.to_s3fs_credentials()
    if isinstance(credentials, AzureCredentialsWithoutDefaults | AzureServicePrincipalCredentialsWithoutDefaults):
        return credentials.to_adlfs_credentials()
    if isinstance(credentials, GcpCredentials):
        return credentials.to_gcs_credentials()
    if isinstance(credentials, HfCredentials):
        return {"token": credentials.hf_token, "endpoint": credentials.hf_endpoint}
    if isinstance(credentials, SFTPCredentials):
        return {
            "port": credentials.sftp_port,
            "username": credentials.sftp_username,
            "password": credentials.sftp_password,
            "key_filename": credentials.sftp_key_filename,
            "passphrase": credentials.sftp_key_passphrase,
        }
    return {}
