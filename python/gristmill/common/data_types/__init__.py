"""The types of columns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from gristmill.common.schema.typing import TDataType
from gristmill.common.wei import Wei

DATA_TYPES: tuple[TDataType, ...] = (
    "text", "double", "bool", "timestamp", "bigint", "binary", "json", "decimal", "wei", "date", "time",
)  # fmt: skip

__all__ = ["DATA_TYPES", "TDataType", "py_type_to_sc_type"]

_TYPES: tuple[tuple[type, TDataType], ...] = (
    (bool, "bool"),
    (Wei, "wei"),
    (float, "double"),
    (int, "bigint"),
    (Decimal, "decimal"),
    (dt.datetime, "timestamp"),
    (dt.date, "date"),
    (dt.time, "time"),
    (bytes, "binary"),
    (dict, "json"),
    (list, "json"),
    (tuple, "json"),
    (set, "json"),
    (str, "text"),
    (UUID, "text"),
)


def py_type_to_sc_type(t: type[Any]) -> TDataType:
    """The type of a column that holds values of this type of Python.

    >>> py_type_to_sc_type(int), py_type_to_sc_type(dict)
    ('bigint', 'json')
    """
    for kind, data_type in _TYPES:
        if issubclass(t, kind):
            return data_type
    message = f"no column holds values of type `{t.__name__}`"
    raise TypeError(message)
