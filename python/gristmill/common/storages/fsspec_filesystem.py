"""Files of fsspec, under the names that users of dlt import."""

from __future__ import annotations

from gristmill.sources.filesystem.finding import glob_files
from gristmill.sources.filesystem.fsspecs import fsspec_filesystem, fsspec_from_config, prepare_fsspec_args
from gristmill.sources.filesystem.items import FileItem, FileItemDict, guess_mime_type

__all__ = [
    "FileItem",
    "FileItemDict",
    "fsspec_filesystem",
    "fsspec_from_config",
    "glob_files",
    "guess_mime_type",
    "prepare_fsspec_args",
]
