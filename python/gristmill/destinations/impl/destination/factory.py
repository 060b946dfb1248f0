"""dlt's module path for functions as destinations."""

from __future__ import annotations

from gristmill.destinations.sink import destination

__all__ = [
    "destination",
]
