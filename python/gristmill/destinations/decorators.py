"""dlt's module path for `@dlt.destination`."""

from __future__ import annotations

from gristmill.destinations.sink import sink as destination

__all__ = [
    "destination",
]
