"""The naming convention `snake_case`."""

from __future__ import annotations

from typing import ClassVar

from gristmill.common.normalizers.naming import NamingConvention as AnyConvention

__all__ = ["NamingConvention"]


class NamingConvention(AnyConvention):
    """The convention `snake_case`."""

    _reference: ClassVar[str] = "snake_case"
