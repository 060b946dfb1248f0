"""Load only what is new: a cursor remembered between runs."""

from __future__ import annotations

from gristmill.extract.incremental.incremental import Incremental
from gristmill.extract.incremental.wrapper import IncrementalResourceWrapper

__all__ = ["Incremental", "IncrementalResourceWrapper"]
