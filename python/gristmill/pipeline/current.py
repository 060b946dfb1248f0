"""dlt's module path for what runs now."""

from __future__ import annotations

from gristmill.current import (
    interval,
    pipeline,
    resource,
    resource_metrics,
    resource_state,
    source,
    source_schema,
    source_state,
    state,
)

__all__ = [
    "interval",
    "pipeline",
    "resource",
    "resource_metrics",
    "resource_state",
    "source",
    "source_schema",
    "source_state",
    "state",
]
