"""dlt's module path for what runs now."""

from __future__ import annotations

from gristmill.current import (
    destination_state,
    interval,
    load_package_state,
    pipe,
    pipeline,
    resource,
    resource_metrics,
    resource_name,
    resource_state,
    run_context,
    source,
    source_schema,
    source_state,
    state,
    timezone,
    workspace,
)

__all__ = [
    "destination_state",
    "interval",
    "load_package_state",
    "pipe",
    "pipeline",
    "resource",
    "resource_metrics",
    "resource_name",
    "resource_state",
    "run_context",
    "source",
    "source_schema",
    "source_state",
    "state",
    "timezone",
    "workspace",
]
