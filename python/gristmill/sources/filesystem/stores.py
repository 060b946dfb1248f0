"""Object stores of the core: which addresses it opens itself, and with which options."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from gristmill.configuration.credentials import (
    AwsCredentialsWithoutDefaults,
    AzureCredentialsWithoutDefaults,
    AzureServicePrincipalCredentialsWithoutDefaults,
    GcpServiceAccountCredentialsWithoutDefaults,
)
from gristmill.exceptions import ConfigurationValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gristmill.configuration.spec import CredentialsConfiguration

_KINDS = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("gs", "gcs"), "gs"),
    **dict.fromkeys(("az", "azure", "adl", "abfs", "abfss"), "az"),
}
_S3_ARGUMENTS = {
    "key": "access_key_id",
    "secret": "secret_access_key",
    "token": "session_token",
    "endpoint_url": "endpoint",
    "region_name": "region",
    "aws_access_key_id": "access_key_id",
    "aws_secret_access_key": "secret_access_key",
    "aws_session_token": "session_token",
}
_AZURE_ARGUMENTS = {
    "account_name": "account_name",
    "account_key": "access_key",
    "sas_token": "sas_token",
    "tenant_id": "tenant_id",
    "client_id": "client_id",
    "client_secret": "client_secret",
}


@dataclass(frozen=True)
class StoreAddress:
    """A bucket, and the folder in it that an address names."""

    kind: str
    """`s3`, `gs` or `az`."""
    bucket: str
    folder: str
    account: str | None = None
    host: str | None = None


def store_address(bucket_url: str) -> StoreAddress | None:
    """What the core would open for an address; None when it opens no such address.

    >>> store_address("s3://lake/raw/2024")
    StoreAddress(kind='s3', bucket='lake', folder='raw/2024', account=None, host=None)
    >>> store_address("abfss://lake@shop.dfs.core.windows.net/raw").account
    'shop'
    """
    parts = urlsplit(bucket_url)
    kind = _KINDS.get(parts.scheme)
    if kind is None or not parts.netloc:
        return None
    # Characters like `?` and `#` are part of a key.
    rest = bucket_url.split("://", 1)[1]
    place, _, folder = rest.partition("/")
    bucket, _, host = place.partition("@")
    if host and kind != "az":
        message = f"`bucket_url` has a login before the bucket, which `{parts.scheme}://` does not know"
        raise ConfigurationValueError(message, hint="put it under `[sources.filesystem.credentials]`")
    account = host.split(".", 1)[0] if host else None
    return StoreAddress(kind, unquote(bucket), folder.strip("/"), account, host or None)


def store_options(
    address: StoreAddress,
    credentials: CredentialsConfiguration | None,
    kwargs: Mapping[str, Any] | None = None,
    client_kwargs: Mapping[str, Any] | None = None,
) -> dict[str, str] | None:
    """The options of the core's store; None where only fsspec knows what was asked for.

    >>> store_options(store_address("s3://lake"), None, {"anon": True}, {"region_name": "eu-west-1"})
    {'skip_signature': 'true', 'region': 'eu-west-1'}
    """
    options: dict[Any, Any] = {}
    if address.kind == "s3":
        options = _s3(credentials, {**(kwargs or {}), **(client_kwargs or {})})
    elif address.kind == "gs":
        options = _gs(credentials, {**(kwargs or {}), **(client_kwargs or {})})
    else:
        options = _azure(address, credentials, {**(kwargs or {}), **(client_kwargs or {})})
    if None in options:
        return None
    return {name: str(value) for name, value in options.items() if value is not None}


def _s3(credentials: Any, arguments: dict[str, Any]) -> dict[Any, Any]:
    options: dict[Any, Any] = {}
    if isinstance(credentials, AwsCredentialsWithoutDefaults):
        options = {
            "access_key_id": credentials.aws_access_key_id,
            "secret_access_key": credentials.aws_secret_access_key,
            "session_token": credentials.aws_session_token,
            "region": credentials.region_name,
            "endpoint": credentials.endpoint_url,
        }
        if credentials.s3_url_style and credentials.s3_url_style != "path":
            options["virtual_hosted_style_request"] = "true"
    for name, value in arguments.items():
        if name == "anon":
            options["skip_signature"] = "true" if value else None
        elif name == "use_ssl":
            options["allow_http"] = None if value else "true"
        elif name in _S3_ARGUMENTS:
            options[_S3_ARGUMENTS[name]] = value
        elif name not in ("use_listings_cache", "skip_instance_cache"):
            return {None: name}
    options["region"] = (
        options.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    )
    if str(options.get("endpoint") or "").startswith("http://"):
        options["allow_http"] = "true"
    return options


def _gs(credentials: Any, arguments: dict[str, Any]) -> dict[Any, Any]:
    options: dict[Any, Any] = {}
    if isinstance(credentials, GcpServiceAccountCredentialsWithoutDefaults):
        if credentials.private_key:
            # The id of a key is not needed to sign with it, but the core's reader of the file asks for one.
            document = json.loads(credentials.to_native_representation())
            options["service_account_key"] = json.dumps(
                {**document, "private_key_id": credentials.private_key_id or ""}
            )
    elif credentials is not None:
        # A person's permission must be exchanged for a token, which gcsfs does.
        return {None: "credentials"}
    for name, value in arguments.items():
        if name == "token" and value == "anon":
            options["skip_signature"] = "true"
        elif name == "endpoint_url":
            options["base_url"] = value
        elif name not in ("project", "use_listings_cache", "skip_instance_cache"):
            return {None: name}
    if "base_url" not in options and (emulator := os.environ.get("STORAGE_EMULATOR_HOST")):
        # What all of Google's clients do.
        options["base_url"] = emulator if "://" in emulator else f"http://{emulator}"
    if str(options.get("base_url") or "").startswith("http://"):
        options["allow_http"] = "true"
    return options


def _azure(address: StoreAddress, credentials: Any, arguments: dict[str, Any]) -> dict[Any, Any]:
    known = AzureCredentialsWithoutDefaults | AzureServicePrincipalCredentialsWithoutDefaults
    if credentials is not None and not isinstance(credentials, known):
        return {None: "credentials"}
    given: dict[str, Any] = {"account_name": address.account, "account_host": address.host}
    if credentials is not None:
        given |= {name: value for name, value in credentials.to_adlfs_credentials().items() if value is not None}
    given |= arguments
    host = given.pop("account_host")
    options: dict[Any, Any] = {}
    for name, value in given.items():
        if name == "anon":
            options["skip_signature"] = "true" if value else None
        elif name in _AZURE_ARGUMENTS:
            options[_AZURE_ARGUMENTS[name]] = value
        elif name not in ("max_concurrency", "use_listings_cache", "skip_instance_cache"):
            return {None: name}
    if host and not host.endswith((".dfs.core.windows.net", ".blob.core.windows.net")):
        options["endpoint"] = host if "://" in host else f"https://{host}"
        if options["endpoint"].startswith("http://"):
            options["allow_http"] = "true"
    return options
