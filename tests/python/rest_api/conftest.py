"""Each test has a folder of its own, an empty environment and no active pipeline."""

from __future__ import annotations

from tests.python.ingest.conftest import own_world

__all__ = ["own_world"]
