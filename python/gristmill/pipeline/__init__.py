"""Pipelines. The module can be called: `dlt.pipeline("shop")` and `import dlt.pipeline` name the same thing in dlt."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

from gristmill import current, mark, progress
from gristmill.load_info import LoadInfo
from gristmill.pipeline import exceptions
from gristmill.pipeline.factory import attach, pipeline, run
from gristmill.pipeline.pipeline import Pipeline

__all__ = ["LoadInfo", "Pipeline", "attach", "current", "exceptions", "mark", "pipeline", "progress", "run"]


class _CallableModule(ModuleType):
    """A module that is also the function of its name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Pipeline:
        return pipeline(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        # Whoever imports `dlt.pipeline.pipeline`, the module, must not take the function's place with it.
        if not (name == "pipeline" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


__signature__ = inspect.signature(pipeline)
sys.modules[__name__].__class__ = _CallableModule
