"""Where files are, under the names that users of dlt import."""

from __future__ import annotations

from gristmill.sources.filesystem.configuration import (
    FilesystemConfiguration,
    FilesystemConfigurationWithLocalFiles,
    FileSystemCredentials,
    make_fsspec_url,
)

__all__ = [
    "FileSystemCredentials",
    "FilesystemConfiguration",
    "FilesystemConfigurationWithLocalFiles",
    "make_fsspec_url",
]
