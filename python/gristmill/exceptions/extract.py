"""Errors of sources and of the steps that items pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.exceptions.error import DltException

if TYPE_CHECKING:
    from collections.abc import Sequence


class ExtractorException(DltException):
    """Anything wrong while data is extracted."""

    kind = "extract"


class DltSourceException(DltException):
    """Anything wrong with a source."""

    kind = "source"


class DltResourceException(DltSourceException):
    """Anything wrong with a resource."""

    kind = "resource"

    def __init__(self, resource_name: str | None, message: str, *, hint: str | None = None) -> None:
        self.resource_name = resource_name
        super().__init__(message, hint=hint)


class PipeException(DltException):
    """Anything wrong with the steps of a resource."""

    kind = "resource"

    def __init__(self, pipe_name: str | None, message: str, *, hint: str | None = None) -> None:
        self.pipe_name = pipe_name
        super().__init__(f"resource `{pipe_name}`: {message}", hint=hint)


class CreatePipeException(PipeException):
    """Steps that cannot follow one another."""


class PipeItemProcessingError(PipeException):
    """An item reached the end of the steps without becoming data."""


class PipeNotBoundToData(PipeException):
    """A transformer that takes data from nothing."""

    def __init__(self, pipe_name: str) -> None:
        super().__init__(
            pipe_name, "takes its data from another resource, but none was given", hint="use `resource | transformer`"
        )


class InvalidStepFunctionArguments(PipeException):
    """A step must take the item, and may take `meta`."""

    def __init__(self, pipe_name: str, func_name: str, sig: Any, call_error: str) -> None:
        self.func_name = func_name
        super().__init__(
            pipe_name,
            f"step `{func_name}{sig}` cannot be called with one data item: {call_error}",
            hint="a step takes the item, and if it wants to, `meta`",
        )


class ResourceExtractionError(PipeException):
    """The user's own generator or step raised; the cause is chained."""

    def __init__(self, pipe_name: str, gen: Any, msg: str, kind: str, place: tuple[str, int] | None = None) -> None:
        self.func_name = getattr(gen, "__name__", type(gen).__name__)
        if place:
            self.file, self.line = place
        where = f"\n  --> {place[0]}:{place[1]}" if place else ""
        super().__init__(pipe_name, f"{kind} `{self.func_name}` raised an error: {msg}{where}")


class FileNotReadable(DltException):
    """A file is missing, broken, or of a kind that cannot be read; it carries file and line."""

    kind = "file"


class PipeGenInvalid(PipeException):
    """What should yield data cannot be iterated."""


class UnclosablePipe(PipeException):
    """Only generators can be closed before they end."""


class SourceDataIsNone(DltSourceException):
    """A source's function returned nothing."""

    def __init__(self, source_name: str) -> None:
        super().__init__(f"source function `{source_name}` returned nothing", hint="return or yield its resources")


class SourceExhausted(DltSourceException):
    """A source can be iterated once."""

    def __init__(self, source_name: str) -> None:
        super().__init__(f"source `{source_name}` was already iterated", hint="call the source's function again")


class ResourcesNotFoundError(DltSourceException):
    """Some resources were asked for that the source does not have."""

    def __init__(self, source_name: str, available: set[str], requested: set[str]) -> None:
        self.available_resources = available
        self.requested_resources = requested
        self.not_found_resources = requested - available
        missing = ", ".join(f"`{n}`" for n in sorted(self.not_found_resources))
        have = ", ".join(f"`{n}`" for n in sorted(available))
        super().__init__(f"source `{source_name}` has no resource {missing}; it has: {have}")


class SourceNotAFunction(DltSourceException):
    """The decorator needs a function."""

    def __init__(self, source_name: str, item: Any, item_type: type) -> None:  # noqa: ARG002
        super().__init__(f"`@source` decorates functions, and `{source_name}` is a `{item_type.__name__}`")


class SourceIsAClassTypeError(DltSourceException):
    """Classes are not sources."""

    def __init__(self, source_name: str, item: Any) -> None:  # noqa: ARG002
        super().__init__(f"`{source_name}` is a class; `@source` decorates functions")


class CurrentSourceSchemaNotAvailable(DltSourceException):
    """The schema was asked for outside of a source."""

    def __init__(self) -> None:
        super().__init__("`dlt.current.source_schema` works only within a source or a resource that is running")


class CurrentSourceNotAvailable(DltSourceException):
    """The source was asked for outside of a resource."""

    def __init__(self) -> None:
        super().__init__("`dlt.current.source` works only within a resource that is running")


class ExplicitSourceNameInvalid(DltSourceException):
    """A source is called as its schema is."""

    def __init__(self, source_name: str, schema_name: str) -> None:
        super().__init__(f"source `{source_name}` was given a schema of another name, `{schema_name}`")


class UnknownSourceReference(DltSourceException, KeyError):
    """No source is found under this reference."""

    def __init__(self, ref: str, qualified_refs: Sequence[str] = (), traces: Sequence[str] = ()) -> None:
        self.ref = ref
        self.qualified_refs = qualified_refs
        self.traces = traces
        tried = "".join(f"\n  {trace}" for trace in traces)
        hint = "name it by its module, for instance `my_module.my_source`, or pass the source itself"
        super().__init__(f"there is no source `{ref}`{tried}", hint=hint)

    __str__ = DltSourceException.__str__
