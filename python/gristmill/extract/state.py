"""The state that sources and resources keep between runs; it travels with the data and commits with it."""

from __future__ import annotations

from typing import Any, cast

from gristmill import context
from gristmill.exceptions import PipelineStateNotAvailable, ResourceNameNotAvailable, SourceSectionNotAvailable

State = dict[str, Any]


def _sources_state(source_state_key: str | None) -> State:
    state = context.state.get()
    if state is None:
        pipeline = context.active_pipeline()
        if pipeline is None:
            raise PipelineStateNotAvailable(source_state_key)
        # Outside of an extraction the state can be read; what is changed in it is forgotten.
        state = pipeline.state
    return cast("State", state).setdefault("sources", {})


def source_state(source_state_key: str | None = None) -> State:
    """A dict that the source keeps between runs."""
    key = source_state_key or context.sections.get().source_state_key
    if not key:
        raise SourceSectionNotAvailable
    return _sources_state(key).setdefault(key, {})


def resource_state(resource_name: str | None = None, source_state_: State | None = None, /) -> State:
    """A dict that the running resource (or the one named) keeps between runs."""
    if source_state_ is None:
        source_state_ = source_state()
    if resource_name is None:
        pipe = context.pipe.get()
        if pipe is None:
            raise ResourceNameNotAvailable
        resource_name = str(pipe.name)
    return source_state_.setdefault("resources", {}).setdefault(resource_name, {})


def reset_resource_state(resource_name: str, source_state_: State | None = None, /) -> None:
    """Forget what a resource kept."""
    state = source_state() if source_state_ is None else source_state_
    resources = state.get("resources")
    if resources and resource_name in resources:
        del resources[resource_name]


def delete_source_state_keys(key: Any, source_state_: State | None = None, /) -> None:
    """Forget some keys of the source's state."""
    state = source_state() if source_state_ is None else source_state_
    for name in [key] if isinstance(key, str) else list(key):
        state.pop(str(name).removeprefix("$."), None)
