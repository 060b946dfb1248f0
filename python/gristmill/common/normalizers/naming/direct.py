"""The naming convention `direct`."""

from __future__ import annotations

from typing import ClassVar

from gristmill.common.normalizers.naming import NamingConvention as AnyConvention

__all__ = ["NamingConvention"]


class NamingConvention(AnyConvention):
    """The convention `direct`."""

    _reference: ClassVar[str] = "direct"
    PATH_SEPARATOR: ClassVar[str] = "▶"
