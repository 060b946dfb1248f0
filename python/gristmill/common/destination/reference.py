"""What a destination is."""

from __future__ import annotations

from gristmill.destinations.destination import Destination

__all__ = [
    "Destination",
]
