"""Packages of a load."""

from __future__ import annotations

from gristmill.load_info import LoadPackageInfo

__all__ = [
    "LoadPackageInfo",
]
