"""Errors of pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gristmill.exceptions.error import DltException


class PipelineException(DltException):
    """Anything wrong with a pipeline."""

    kind = "pipeline"

    def __init__(self, pipeline_name: str | None, message: str, *, hint: str | None = None) -> None:
        self.pipeline_name = pipeline_name
        super().__init__(message, hint=hint)


class InvalidPipelineName(PipelineException, ValueError):
    """A pipeline's name must be usable as a folder's name."""


class PipelineConfigMissing(PipelineException):
    """A step needs something that was not given, a destination for instance."""

    def __init__(self, pipeline_name: str, config_elem: str, step: str, _help: str | None = None) -> None:
        self.config_elem = config_elem
        self.step = step
        super().__init__(pipeline_name, f"`{step}` needs `{config_elem}`, which was not given", hint=_help)


class SchemaNotFoundError(PipelineException, FileNotFoundError, KeyError):
    """The pipeline has no such schema; before its first run it has none."""

    def __init__(self, pipeline_name: str, schema_name: str | None = None) -> None:
        self.schema_name = schema_name
        if schema_name is None:
            said, hint = f"pipeline `{pipeline_name}` has no schema yet", "it has one after its first run"
        else:
            said, hint = f"pipeline `{pipeline_name}` has no schema `{schema_name}`", None
        super().__init__(pipeline_name, said, hint=hint)


class CannotRestorePipelineException(PipelineException):
    """Neither the working directory nor the destination knows this pipeline."""

    def __init__(self, pipeline_name: str, pipelines_dir: str, reason: str) -> None:
        super().__init__(pipeline_name, f"pipeline `{pipeline_name}` in `{pipelines_dir}` cannot be restored: {reason}")


class PipelineStepFailed(PipelineException):
    """Raised by `run`, `extract`, `normalize`, `load` and `sync_destination`; `exception` is the cause."""

    def __init__(
        self, pipeline: Any, step: str, load_id: str | None, exception: BaseException, step_info: Any = None
    ) -> None:
        self.pipeline = pipeline
        self.step = step
        self.load_id = load_id
        self.exception = exception
        self.step_info = step_info
        self.has_pending_data: bool = pipeline.has_pending_data
        self.is_package_partially_loaded = False
        for name in ("kind", "file", "line", "column", "hint"):
            value = getattr(exception, name, None)
            if value is not None:
                setattr(self, name, value)
        package = f" of package `{load_id}`" if load_id else ""
        cause = ": ".join(part for part in (type(exception).__name__, str(exception)) if part)
        text = f"pipeline `{pipeline.pipeline_name}` failed in step `{step}`{package}\n{cause}"
        if step in ("normalize", "load") and self.has_pending_data and not isinstance(exception, PipelineBusy):
            text += "\nthe data is kept in the working directory; the next run loads it before anything new"
        advice = self.hint
        super().__init__(pipeline.pipeline_name, text)
        self.hint = advice

    def attrs(self) -> dict[str, Any]:
        """Without the objects that have no place in a trace."""
        return {k: v for k, v in super().attrs().items() if k not in ("pipeline", "exception", "step_info")}


class DestinationConnectionError(DltException):
    """The destination's database cannot be opened."""

    kind = "database"

    def __init__(self, path: str, reason: str) -> None:
        folder = Path(path).parent
        hint = "check that the file is a DuckDB database, and that you may write to it and to its folder"
        if not folder.is_dir():
            reason = f"folder `{folder}` is not there"
            hint = "create that folder, or choose another path"
        elif " lock " in reason:
            self.kind = "database-locked"
            hint = "close the program that holds it, or run again when it is done"
        super().__init__(f"cannot open database `{path}`: {reason}", hint=hint)


class PipelineBusy(PipelineException):
    """Another process runs this pipeline now."""

    kind = "pipeline-busy"

    def __init__(self, pipeline_name: str, holder: str) -> None:
        super().__init__(
            pipeline_name,
            f"pipeline `{pipeline_name}` is being run by another process: {holder}",
            hint="wait until it ends, or give this pipeline another name",
        )


class PipelineNeverRan(PipelineException):
    """There is nothing to show for a pipeline that never ran."""

    def __init__(self, pipeline_name: str, pipelines_dir: str) -> None:
        super().__init__(pipeline_name, f"pipeline `{pipeline_name}` in `{pipelines_dir}` has not run yet")


class PipelineNotActive(PipelineException):
    """The pipeline is not the active one."""

    def __init__(self, pipeline_name: str) -> None:
        super().__init__(pipeline_name, f"pipeline `{pipeline_name}` is not active")


class PipelineStateNotAvailable(PipelineException):
    """State was asked for where there is no pipeline."""

    def __init__(self, source_state_key: str | None = None) -> None:
        of = f" of source `{source_state_key}`" if source_state_key else ""
        super().__init__(None, f"the state{of} is available only within a pipeline", hint="create a pipeline first")


class PipelineHasPendingDataException(PipelineException):
    """Something cannot be done while data waits to be loaded."""


class LoadClientJobException(DltException):
    """Anything that went wrong with a package while it was loaded."""


class LoadClientJobFailed(LoadClientJobException):
    """A package could not be loaded."""

    kind = "load"


class LoadClientJobRetry(LoadClientJobException):
    """dlt's name for a load that may be tried again; here a run that cannot reach its destination keeps its package."""


class LoadClientJobTerminalRetry(LoadClientJobRetry):
    """dlt's name for one that failed for good and is tried again all the same; here its package is set aside."""


class NormalizeException(DltException):
    """Anything that went wrong while items were flattened."""


class NormalizeJobFailed(NormalizeException):
    """dlt's name for what it wraps such errors in; here `PipelineStepFailed.exception` is the error itself."""


class ResourceNameNotAvailable(PipelineException):
    """Resource state was asked for outside of a resource."""

    def __init__(self) -> None:
        super().__init__(
            None, "no resource is running here, so its state cannot be found", hint="pass the resource's name"
        )


class CurrentLoadPackageStateNotAvailable(DltException):
    """The state of a package was asked for where none is worked at."""

    kind = "pipeline"

    def __init__(self) -> None:
        super().__init__(
            "no package is being extracted or delivered here, so its state cannot be found",
            hint="ask for it in a resource, or in a function that is a destination",
        )


class SourceSectionNotAvailable(PipelineException):
    """Source state was asked for outside of a source."""

    def __init__(self) -> None:
        super().__init__(None, "no source or resource is running here, so its state cannot be found")


class LoadPackageNotFound(PipelineException, FileNotFoundError):
    """No package of the pipeline has this id."""

    def __init__(self, pipeline_name: str, load_id: str) -> None:
        self.load_id = load_id
        super().__init__(pipeline_name, f"pipeline `{pipeline_name}` keeps no load package `{load_id}`")
