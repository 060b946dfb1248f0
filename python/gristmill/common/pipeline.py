"""What the steps of a pipeline tell."""

from __future__ import annotations

from gristmill.load_info import ExtractInfo, LoadInfo, LoadPackageInfo, NormalizeInfo, StepInfo
from gristmill.pipeline.state import State as TPipelineState

__all__ = ["ExtractInfo", "LoadInfo", "LoadPackageInfo", "NormalizeInfo", "StepInfo", "TPipelineState"]
