"""dlt's module path for errors of normalizing.

Here `PipelineStepFailed.exception` is the error itself, a `DataValidationError` for instance, without a wrapper around it.
"""

from __future__ import annotations

from gristmill.exceptions import NormalizeException, NormalizeJobFailed

__all__ = [
    "NormalizeException",
    "NormalizeJobFailed",
]
