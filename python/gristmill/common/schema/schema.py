"""dlt's module path for schemas."""

from __future__ import annotations

from gristmill.schema import (
    Schema,
)

__all__ = [
    "Schema",
]
