"""dlt's module path for destination `dummy`."""

from __future__ import annotations

from gristmill.destinations.dummy import (dummy)

__all__ = [
    "dummy",
]
