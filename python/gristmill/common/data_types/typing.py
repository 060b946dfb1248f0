"""The names of the types of columns."""

from __future__ import annotations

from gristmill.common.data_types import DATA_TYPES, TDataType

__all__ = ["DATA_TYPES", "TDataType"]
