"""dlt's module path for the steps of a pipe."""

from __future__ import annotations

from gristmill.extract.steps import (
    FilterItem,
    ItemTransform,
    LimitItem,
    MapItem,
    MetricsItem,
    ValidateItem,
    YieldMapItem,
)

__all__ = [
    "FilterItem",
    "ItemTransform",
    "LimitItem",
    "MapItem",
    "MetricsItem",
    "ValidateItem",
    "YieldMapItem",
]
