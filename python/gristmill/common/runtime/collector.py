"""Progress collectors, under the path that users of dlt import."""

from __future__ import annotations

from gristmill.progress import (
    NULL_COLLECTOR,
    AliveCollector,
    Collector,
    DictCollector,
    EnlightenCollector,
    LogCollector,
    NullCollector,
    TqdmCollector,
)

__all__ = [
    "NULL_COLLECTOR",
    "AliveCollector",
    "Collector",
    "DictCollector",
    "EnlightenCollector",
    "LogCollector",
    "NullCollector",
    "TqdmCollector",
]
