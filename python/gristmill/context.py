"""What surrounds the code that runs now: the active pipeline, the config section, the state, the source, the pipe.

Everything but the active pipeline is a context variable, so threads and coroutines started by an extraction see it
when they are run in a copy of the context, and two pipelines in two threads do not see each other.
"""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Generator

MergeStyle = Literal["incoming", "existing", "resource"]


@dataclass(frozen=True)
class Sections:
    """Where configuration is looked for, and under which key the source keeps its state."""

    pipeline_name: str | None = None
    sections: tuple[str, ...] = ()
    source_state_key: str | None = None

    def source_name(self) -> str | None:
        """The section that follows `sources`, when we are in one."""
        return self.sections[1] if len(self.sections) > 1 and self.sections[0] == "sources" else None


sections: ContextVar[Sections] = ContextVar("sections", default=Sections())  # noqa: B039
state: ContextVar[dict[str, Any] | None] = ContextVar("state", default=None)
source: ContextVar[Any] = ContextVar("source", default=None)
source_schema: ContextVar[Any] = ContextVar("source_schema", default=None)
load_package: ContextVar[dict[str, Any] | None] = ContextVar("load_package", default=None)
pipe: ContextVar[Any] = ContextVar("pipe", default=None)
resolved: ContextVar[list[dict[str, Any]] | None] = ContextVar("resolved", default=None)
"""Where the trace of the run under way notes which settings were found."""
rejected: ContextVar[list[tuple[Any, list[Any]]] | None] = ContextVar("rejected", default=None)
"""Records that a reader could not read, with its pipe: they pass by the steps that look at rows."""

_active: list[Any] = []


def active_pipeline() -> Any | None:
    """The pipeline that was created or run last in this process, if any."""
    return _active[-1] if _active else None


def activate(pipeline: Any) -> None:
    """Make `pipeline` the active one."""
    _active[:] = [pipeline]


def deactivate() -> None:
    """Leave no pipeline active."""
    _active.clear()


def active_pipeline_name() -> str | None:
    """Its name, which is the outermost config section."""
    pipeline = active_pipeline()
    return None if pipeline is None else pipeline.pipeline_name


@contextlib.contextmanager
def using(var: ContextVar[Any], value: Any) -> Generator[Any]:
    """Set one variable for a while."""
    token = var.set(value)
    try:
        yield value
    finally:
        # A generator that is closed from another context cannot give its token back; its context is gone anyway.
        with contextlib.suppress(ValueError):
            var.reset(token)


def merged(incoming: Sections, style: MergeStyle) -> Sections:
    """`incoming` with what it leaves open taken from the sections around."""
    around = sections.get()
    if style == "existing":
        return Sections(
            around.pipeline_name or incoming.pipeline_name,
            around.sections or incoming.sections,
            around.source_state_key or incoming.source_state_key,
        )
    pipeline_name = incoming.pipeline_name or around.pipeline_name
    in_source = len(incoming.sections) == 3 == len(around.sections) and incoming.sections[0] == around.sections[0]  # noqa: PLR2004
    if style == "resource" and in_source:
        # A resource keeps its own name, and takes the section of the source that runs it.
        middle = around.sections[1] or incoming.sections[1]
        names = (incoming.sections[0], middle, incoming.sections[2])
        return Sections(pipeline_name, names, around.source_state_key or incoming.source_state_key)
    return Sections(
        pipeline_name, incoming.sections or around.sections, incoming.source_state_key or around.source_state_key
    )


def in_sections(incoming: Sections, style: MergeStyle = "incoming") -> contextlib.AbstractContextManager[Any]:
    """Look for configuration in these sections for a while."""
    return using(sections, merged(incoming, style))
