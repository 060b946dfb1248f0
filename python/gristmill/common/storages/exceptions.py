"""Errors of packages and their folders."""

from __future__ import annotations

from gristmill.exceptions import CurrentLoadPackageStateNotAvailable

__all__ = ["CurrentLoadPackageStateNotAvailable"]
