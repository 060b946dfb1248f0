"""`dlt.current`: what runs now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.exceptions import CurrentSourceNotAvailable, CurrentSourceSchemaNotAvailable
from gristmill.extract.state import resource_state, source_state

if TYPE_CHECKING:
    import datetime as dt

    from gristmill.extract.resource import DltResource
    from gristmill.extract.source import DltSource
    from gristmill.pipeline.pipeline import Pipeline
    from gristmill.schema import Schema

__all__ = [
    "interval",
    "pipeline",
    "resource",
    "resource_metrics",
    "resource_name",
    "resource_state",
    "run_context",
    "source",
    "source_schema",
    "source_state",
    "state",
]

state = source_state


def pipeline() -> Pipeline:
    """The active pipeline."""
    from gristmill.pipeline import pipeline as current_pipeline

    return current_pipeline()


def source_schema() -> Schema:
    """The schema of the source that runs; it may be changed."""
    schema = context.source_schema.get()
    if schema is None:
        raise CurrentSourceSchemaNotAvailable
    return schema


def source() -> DltSource:
    """The source that runs."""
    running = context.source.get()
    if running is None:
        raise CurrentSourceNotAvailable
    return running


def resource() -> DltResource:
    """The resource that runs."""
    return source().resources.with_pipe(context.pipe.get())


def resource_name() -> str:
    """The name of the resource that runs."""
    return resource().name


def resource_metrics() -> dict[str, Any]:
    """Figures that the running resource collects."""
    return resource().custom_metrics


def interval() -> tuple[dt.datetime, dt.datetime] | None:
    """The interval that the scheduler gives, if there is one."""
    from gristmill.extract.incremental.interval import current_interval

    return current_interval()


class _RunContext:
    """Where this run reads its settings and keeps its files."""

    name = "dlt"

    @property
    def run_dir(self) -> str:
        from gristmill.configuration.providers import project_dir

        return str(project_dir().resolve())

    @property
    def settings_dir(self) -> str:
        from gristmill.configuration.providers import settings_dir

        return str(settings_dir().absolute())

    @property
    def data_dir(self) -> str:
        from gristmill.configuration.providers import data_dir

        return str(data_dir())


def run_context() -> _RunContext:
    """Where this run reads its settings and keeps its files."""
    return _RunContext()
