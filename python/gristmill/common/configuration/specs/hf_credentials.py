"""dlt's module path for these credentials."""

from __future__ import annotations

from gristmill.common.configuration.specs import (
    HfCredentials,
)

__all__ = [
    "HfCredentials",
]
