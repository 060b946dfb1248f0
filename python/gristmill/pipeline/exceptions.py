"""dlt's module path for the errors of pipelines."""

from __future__ import annotations

from gristmill.exceptions import (
    CannotRestorePipelineException,
    InvalidPipelineName,
    PipelineBusy,
    PipelineConfigMissing,
    PipelineException,
    PipelineHasPendingDataException,
    PipelineNeverRan,
    PipelineNotActive,
    PipelineStepFailed,
)

__all__ = [
    "CannotRestorePipelineException",
    "InvalidPipelineName",
    "PipelineBusy",
    "PipelineConfigMissing",
    "PipelineException",
    "PipelineHasPendingDataException",
    "PipelineNeverRan",
    "PipelineNotActive",
    "PipelineStepFailed",
]
