"""Figures of steps."""

from __future__ import annotations

from gristmill.load_info import TableMetrics
from gristmill.load_info import TableMetrics as DataWriterMetrics

__all__ = [
    "DataWriterMetrics",
    "TableMetrics",
]
