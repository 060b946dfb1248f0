"""What is kept on disk, and where files are."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.sources.filesystem.configuration import (
        FilesystemConfiguration,
        FilesystemConfigurationWithLocalFiles,
        FileSystemCredentials,
    )
    from gristmill.sources.filesystem.fsspecs import fsspec_filesystem, fsspec_from_config
    from gristmill.sources.filesystem.items import FileItem, FileItemDict

__all__ = [
    "FileItem",
    "FileItemDict",
    "FileSystemCredentials",
    "FilesystemConfiguration",
    "FilesystemConfigurationWithLocalFiles",
    "fsspec_filesystem",
    "fsspec_from_config",
]

_ELSEWHERE = {
    "FileStorage": "gristmill.common.storages.file_storage",
    "LoadPackageInfo": "gristmill.load_info",
}
_MODULES = {
    **dict.fromkeys(("FileItem", "FileItemDict"), "items"),
    **dict.fromkeys(("fsspec_filesystem", "fsspec_from_config"), "fsspecs"),
}


def __getattr__(name: str) -> Any:
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(_ELSEWHERE[name]), name)
    if name not in __all__:
        message = f"module `{__name__}` has no attribute `{name}`"
        raise AttributeError(message)
    module = importlib.import_module(f"gristmill.sources.filesystem.{_MODULES.get(name, 'configuration')}")
    return getattr(module, name)
