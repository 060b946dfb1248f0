"""Naming conventions: a key of the data becomes the name of a table or column."""

from __future__ import annotations

from gristmill.common.normalizers.naming.naming import NamingConvention

__all__ = ["NamingConvention"]
