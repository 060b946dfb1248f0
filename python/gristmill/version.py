"""Which version this is; a drop-in answers for the library that it stands in for."""

from __future__ import annotations

from gristmill._core import __version__

DLT_IMPORT_NAME = "gristmill"
PKG_NAME = DLT_PKG_NAME = "gristmill"

__all__ = ["DLT_IMPORT_NAME", "DLT_PKG_NAME", "PKG_NAME", "__version__"]
