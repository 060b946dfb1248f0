"""dlt's module path for the types of columns."""

from __future__ import annotations

from gristmill.common.data_types import (
    py_type_to_sc_type,
)

__all__ = [
    "py_type_to_sc_type",
]
