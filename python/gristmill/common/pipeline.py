"""What the steps of a pipeline tell, and where pipelines live."""

from __future__ import annotations

from typing import Any, Literal

from gristmill import context
from gristmill.common.configuration.container import PipelineContext, StateInjectableContext
from gristmill.configuration.workspace import data_dir
from gristmill.load_info import ExtractInfo, LoadInfo, LoadPackageInfo, NormalizeInfo, StepInfo
from gristmill.pipeline.pipeline import Pipeline as SupportsPipeline
from gristmill.pipeline.state import State as TPipelineState

TSourceState = dict[str, Any]
TRefreshMode = Literal["drop_sources", "drop_resources", "drop_data"]


def get_dlt_pipelines_dir() -> str:
    """The folder of the working directories."""
    return str(data_dir() / "pipelines")


def current_pipeline() -> SupportsPipeline | None:
    """The active pipeline, if there is one."""
    return context.active_pipeline()


__all__ = [
    "ExtractInfo",
    "LoadInfo",
    "LoadPackageInfo",
    "NormalizeInfo",
    "PipelineContext",
    "StateInjectableContext",
    "StepInfo",
    "SupportsPipeline",
    "TPipelineState",
    "TRefreshMode",
    "TSourceState",
    "current_pipeline",
    "get_dlt_pipelines_dir",
]
