"""Type names for pipelines."""

from __future__ import annotations

from gristmill.load_info import (ExtractInfo, LoadInfo, NormalizeInfo, StepInfo)

from typing import Literal

TPipelineStep = Literal["sync", "extract", "normalize", "load"]

__all__ = [
    "ExtractInfo",
    "LoadInfo",
    "NormalizeInfo",
    "StepInfo",
]
