"""Type names for pipelines."""

from __future__ import annotations

from typing import Literal

from gristmill.load_info import ExtractInfo, LoadInfo, NormalizeInfo, StepInfo

TPipelineStep = Literal["sync", "extract", "normalize", "load"]

__all__ = [
    "ExtractInfo",
    "LoadInfo",
    "NormalizeInfo",
    "StepInfo",
    "TPipelineStep",
]
