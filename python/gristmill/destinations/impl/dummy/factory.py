"""dlt's module path for destination `dummy`."""

from __future__ import annotations

from gristmill.destinations.forget import dummy

__all__ = [
    "dummy",
]
