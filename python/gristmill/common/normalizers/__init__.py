"""How items become tables, and keys become names."""

from __future__ import annotations

from gristmill.common.normalizers.naming import NamingConvention

__all__ = ["NamingConvention"]
