"""`Container()[PipelineContext]`: what surrounds the running code, as code written for dlt asks for it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.common.configuration.specs.config_section_context import ConfigSectionContext
from gristmill.exceptions import ConfigurationException

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Container", "PipelineContext", "SourceSchemaInjectableContext", "StateInjectableContext"]


class PipelineContext:
    """The active pipeline."""

    def pipeline(self) -> Any:
        """The active pipeline, or one that is made now."""
        from gristmill.pipeline.factory import pipeline

        return pipeline()

    def is_active(self) -> bool:
        """Whether there is one."""
        return context.active_pipeline() is not None

    def activate(self, pipeline: Any) -> None:
        """Make one active."""
        context.activate(pipeline)

    def deactivate(self) -> None:
        """Let none be active."""
        context.deactivate()


class StateInjectableContext:
    """The state that `source_state()` and `resource_state()` see."""

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        self.state: dict[str, Any] = {} if state is None else state


class SourceSchemaInjectableContext:
    """The schema that `current.source_schema()` sees."""

    def __init__(self, schema: Any = None) -> None:
        self.schema = schema


class Container:
    """The contexts, by their class."""

    def __getitem__(self, spec: type) -> Any:
        found = self.get(spec)
        if found is None:
            message = f"there is no `{spec.__name__}` here"
            raise ConfigurationException(message)
        return found

    def get(self, spec: type) -> Any | None:
        """A context, or None when there is none of this kind."""
        if spec is PipelineContext:
            return PipelineContext()
        if spec is StateInjectableContext:
            state = context.state.get()
            return None if state is None else StateInjectableContext(state)
        if spec is SourceSchemaInjectableContext:
            schema = context.source_schema.get()
            return None if schema is None else SourceSchemaInjectableContext(schema)
        if spec is ConfigSectionContext:
            around = context.sections.get()
            return ConfigSectionContext(around.pipeline_name, around.sections, around.source_state_key)
        return None

    def __contains__(self, spec: type) -> bool:
        return self.get(spec) is not None

    @contextlib.contextmanager
    def injectable_context(self, config: Any) -> Generator[Any]:
        """Put a context in place for a while."""
        if isinstance(config, StateInjectableContext):
            entered: Any = context.using(context.state, config.state)
        elif isinstance(config, SourceSchemaInjectableContext):
            entered = context.using(context.source_schema, config.schema)
        elif isinstance(config, ConfigSectionContext):
            names = context.Sections(config.pipeline_name, tuple(config.sections), config.source_state_key)
            entered = context.in_sections(names)
        else:
            message = f"a `{type(config).__name__}` cannot be put in place"
            raise ConfigurationException(message)
        with entered:
            yield config
