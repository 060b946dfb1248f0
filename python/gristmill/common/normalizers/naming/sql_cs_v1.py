"""The naming convention `sql_cs_v1`."""

from __future__ import annotations

from typing import ClassVar

from gristmill.common.normalizers.naming import NamingConvention as AnyConvention

__all__ = ["NamingConvention"]


class NamingConvention(AnyConvention):
    """The convention `sql_cs_v1`."""

    _reference: ClassVar[str] = "sql_cs_v1"
