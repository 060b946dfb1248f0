"""Figures of steps."""

from __future__ import annotations

from gristmill.load_info import (TableMetrics, TableMetrics as DataWriterMetrics)

__all__ = [
    "DataWriterMetrics",
    "TableMetrics",
]
