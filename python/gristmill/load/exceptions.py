"""dlt's module path for errors of loading."""

from __future__ import annotations

from gristmill.exceptions import LoadClientJobFailed

__all__ = [
    "LoadClientJobFailed",
]
