"""dlt's module path for progress bars."""

from __future__ import annotations

from gristmill.progress import alive_progress, enlighten, log, tqdm

__all__ = [
    "alive_progress",
    "enlighten",
    "log",
    "tqdm",
]
