"""`dlt.current`: what runs now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.configuration.workspace import run_context, workspace
from gristmill.exceptions import (
    CurrentLoadPackageStateNotAvailable,
    CurrentSourceNotAvailable,
    CurrentSourceSchemaNotAvailable,
    ResourceNameNotAvailable,
)
from gristmill.extract.incremental.interval import interval, timezone
from gristmill.extract.state import resource_state, source_state

if TYPE_CHECKING:
    from gristmill.extract.resource import DltResource
    from gristmill.extract.source import DltSource
    from gristmill.pipeline.pipeline import Pipeline
    from gristmill.schema import Schema

__all__ = [
    "destination_state",
    "interval",
    "load_package_state",
    "pipe",
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
    "timezone",
    "workspace",
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
    return pipe().name


def resource_metrics() -> dict[str, Any]:
    """Figures that the running resource collects."""
    return resource().custom_metrics


def pipe() -> Any:
    """The pipe of the resource that runs."""
    running = context.pipe.get()
    if running is None:
        raise ResourceNameNotAvailable
    return running


def load_package_state() -> dict[str, Any]:
    """`load_id` and `state` of the package that is being extracted or handed to a function as destination."""
    package = context.load_package.get()
    if package is None:
        raise CurrentLoadPackageStateNotAvailable
    return package


def destination_state() -> dict[str, Any]:
    """What a function as destination remembers of the package that it is given: kept from batch to batch, also over a failure."""
    return load_package_state()["state"].setdefault("destination_state", {})
