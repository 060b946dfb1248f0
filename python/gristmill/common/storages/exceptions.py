"""Errors of packages and their folders."""

from __future__ import annotations

from gristmill.exceptions import CurrentLoadPackageStateNotAvailable, LoadPackageNotFound, SchemaNotFoundError

__all__ = ["CurrentLoadPackageStateNotAvailable", "LoadPackageNotFound", "SchemaNotFoundError"]
