"""What dlt keeps here: `fsspec_from_resource` and the configuration of the resource."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import ConfigurationValueError
from gristmill.sources.filesystem.configuration import FilesystemConfigurationResource, resolved_credentials
from gristmill.sources.filesystem.fsspecs import fsspec_filesystem, is_fsspec

__all__ = ["FilesystemConfigurationResource", "fsspec_from_resource"]


def fsspec_from_resource(filesystem_instance: Any) -> Any:
    """The file system of fsspec that a `filesystem` resource reads from."""
    from gristmill.configuration.lookup import lookup
    from gristmill.sources.filesystem.configuration import FilesystemConfiguration

    given: dict[str, Any] = filesystem_instance.explicit_args
    sections = ("sources", filesystem_instance.section or "", filesystem_instance.name)
    credentials = given.get("credentials")
    if is_fsspec(credentials):
        return credentials
    address = given.get("bucket_url") or lookup("bucket_url", sections=sections).value
    if not isinstance(address, str):
        message = f"`bucket_url` of the resource `{filesystem_instance.name}` is not known"
        raise ConfigurationValueError(message, hint="pass it, or set `sources.filesystem.bucket_url`")
    protocol = FilesystemConfiguration.parse_protocol(address)
    from gristmill import context

    with context.in_sections(context.Sections(sections=sections)):
        opened = resolved_credentials(protocol, credentials)
    return fsspec_filesystem(address, opened, kwargs=given.get("kwargs"), client_kwargs=given.get("client_kwargs"))[0]
