"""What can go wrong, under the names that users of dlt catch.

Every error may carry a place in a user's file (`file`, `line`, `column`), a stable slug (`kind`) and advice (`hint`).
Messages are lower case, name things in backticks and never show a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class DltException(Exception):
    """The root of all errors raised by gristmill's Python side."""

    kind: str = "error"
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
        self.message = message
        self.hint = hint

    def attrs(self) -> dict[str, Any]:
        """Public attributes, as they are kept in a trace."""
        return {k: v for k, v in vars(self).items() if not k.startswith("_") and not callable(v)}


class TerminalException(BaseException):
    """Marks errors that a retry does not mend."""


class TransientException(BaseException):
    """Marks errors that a retry may mend."""


class TerminalValueError(ValueError, TerminalException):
    """A value that no retry will make valid."""


class ValueErrorWithKnownValues(ValueError):
    """A value outside the few that are known."""

    def __init__(self, name: str, value: Any, known: Iterable[Any]) -> None:
        self.value_received = value
        self.valid_values = list(known)
        options = ", ".join(f"`{v}`" for v in self.valid_values)
        super().__init__(f"`{name}` is `{value}`, but it must be one of: {options}")


class MissingDependencyException(DltException, ImportError):
    """A package that this feature needs is not installed."""

    kind = "missing-dependency"

    def __init__(self, caller: str, dependencies: Sequence[str], appendix: str = "") -> None:
        self.caller = caller
        self.dependencies = list(dependencies)
        needed = " ".join(f'"{d}"' for d in dependencies)
        text = f"{caller} needs packages that are not installed: {', '.join(dependencies)}"
        super().__init__(f"{text}\n{appendix}" if appendix else text, hint=f"pip install {needed}")


class NotYetAvailable(DltException, NotImplementedError):
    """A dlt feature that gristmill does not have yet; said aloud rather than skipped in silence."""

    kind = "not-yet-available"

    def __init__(self, feature: str) -> None:
        super().__init__(f"{feature} is a feature of dlt that gristmill does not have yet")


# -- configuration -----------------------------------------------------------------------------------------------


class ConfigurationException(DltException, TerminalException):
    """Anything wrong with configuration."""

    kind = "config"


class ConfigurationValueError(ConfigurationException, ValueError):
    """Values that are present but do not fit together."""


class ConfigFieldMissingException(KeyError, ConfigurationException):
    """Values that nothing provides; the message lists each key that was tried, once."""

    kind = "config-missing"

    def __init__(self, spec_name: str, traces: dict[str, list[tuple[str, str]]]) -> None:
        self.spec_name = spec_name
        self.traces = traces
        self.fields = list(traces)
        names = ", ".join(f"`{name}`" for name in traces)
        lines = [f"missing configuration for {names} of `{spec_name}`"]
        for name, tried in traces.items():
            lines.append(f"  `{name}` was looked for, in this order:")
            provider = None
            for provider_name, key in dict.fromkeys(tried):
                if provider_name != provider:
                    lines.append(f"    in {provider_name}:")
                    provider = provider_name
                lines.append(f"      {key}")
        self._text = "\n".join(lines)
        ConfigurationException.__init__(self, self._text)
        self.hint = "set one of these keys, or pass the value as an argument"

    def __str__(self) -> str:
        return f"{self._text}\nhint: {self.hint}"


class ConfigValueCannotBeCoercedException(ConfigurationValueError):
    """A configured value has another type than the one asked for. The value itself is not shown: it may be secret."""

    kind = "config-type"

    def __init__(self, field_name: str, expected: Any) -> None:
        self.field_name = field_name
        self.expected = expected
        wanted = getattr(expected, "__name__", str(expected))
        super().__init__(f"the configured value of `{field_name}` cannot be read as `{wanted}`")


class ConfigProviderException(ConfigurationException):
    """A place that provides configuration cannot be read."""

    kind = "config-file"


class ValueNotSecretException(ConfigurationException):
    """A secret stands in a file that is not meant for secrets."""

    kind = "config-secret"

    def __init__(self, provider_name: str, key: str) -> None:
        self.provider_name = provider_name
        self.key = key
        super().__init__(
            f"`{key}` is a secret but was found in {provider_name}",
            hint="move it to secrets.toml or to an environment variable",
        )


class InvalidNativeValue(ConfigurationException):
    """A value in its short form (a connection string, say) cannot be read."""


class InvalidConnectionString(ConfigurationException):
    """A connection string that is none."""


# -- pipeline ----------------------------------------------------------------------------------------------------


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
        cause = f"{type(exception).__name__}: {exception}"
        text = f"pipeline `{pipeline.pipeline_name}` failed in step `{step}`{package}\n{cause}"
        if step in ("normalize", "load") and self.has_pending_data:
            text += "\nthe data is kept in the working directory; the next run loads it before anything new"
        advice = self.hint
        super().__init__(pipeline.pipeline_name, text)
        self.hint = advice

    def attrs(self) -> dict[str, Any]:
        """Without the objects that have no place in a trace."""
        return {k: v for k, v in super().attrs().items() if k not in ("pipeline", "exception", "step_info")}


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


class LoadClientJobFailed(DltException):
    """A package could not be loaded."""

    kind = "load"


class ResourceNameNotAvailable(PipelineException):
    """Resource state was asked for outside of a resource."""

    def __init__(self) -> None:
        super().__init__(
            None, "no resource is running here, so its state cannot be found", hint="pass the resource's name"
        )


class SourceSectionNotAvailable(PipelineException):
    """Source state was asked for outside of a source."""

    def __init__(self) -> None:
        super().__init__(None, "no source or resource is running here, so its state cannot be found")


# -- schema ------------------------------------------------------------------------------------------------------


class SchemaException(DltException):
    """Anything wrong with a schema."""

    kind = "schema"


class InvalidSchemaName(ValueError, SchemaException):
    """A schema's name must be a valid identifier."""


class TableNotFound(KeyError, SchemaException):
    """The schema has no such table."""

    def __init__(self, schema_name: str, table_name: str) -> None:
        self.schema_name = schema_name
        self.table_name = table_name
        SchemaException.__init__(self, f"schema `{schema_name}` has no table `{table_name}`")

    def __str__(self) -> str:
        return self.message


class DataValidationError(SchemaException):
    """Data broke the schema contract."""

    kind = "contract"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        for name, value in details.items():
            setattr(self, name, value)


# -- extract -----------------------------------------------------------------------------------------------------


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


class PipeGenInvalid(PipeException):
    """What should yield data cannot be iterated."""


class UnclosablePipe(PipeException):
    """Only generators can be closed before they end."""


class ResourceNameMissing(DltResourceException):
    """Data without a name needs one."""

    def __init__(self) -> None:
        super().__init__(
            None,
            "the data has no name to call its table by",
            hint="pass `name=` to `dlt.resource` or `table_name=` to `run`",
        )


class ResourceNotFoundError(DltResourceException, KeyError):
    """There is no such resource."""

    def __str__(self) -> str:
        return self.message


class InvalidResourceDataType(DltResourceException):
    """This kind of object cannot be a resource's data."""  # noqa: D404

    def __init__(self, resource_name: str | None, item: Any, item_type: type, message: str) -> None:
        self.item = item
        self._typ = item_type
        super().__init__(resource_name, f"resource `{resource_name}` cannot be made: {message}")


class InvalidResourceDataTypeBasic(InvalidResourceDataType):
    """A single string or dict is not a resource's data."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, f"a single `{item_type.__name__}` is not a collection, put it into a list"
        )


class InvalidResourceDataTypeIsNone(InvalidResourceDataType):
    """None is not data."""

    def __init__(self, resource_name: str | None, item: Any = None, item_type: type = type(None)) -> None:  # noqa: B008
        super().__init__(resource_name, item, item_type, "the data is None; did a function forget to return or yield?")


class InvalidResourceReturnsResource(InvalidResourceDataType):
    """A resource's function returned a resource."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, "its function returns a resource; annotate it with `-> DltResource`"
        )


class InvalidParallelResourceDataType(InvalidResourceDataType):
    """Only generators run in parallel."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, "only generators, generator functions and transformers run in parallel"
        )


class InvalidResourceDataTypeMultiplePipes(InvalidResourceDataType):
    """A source holds one resource of a name."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(resource_name, item, item_type, "the source already has a resource of this name")


class InvalidTransformerDataTypeGeneratorFunctionRequired(InvalidResourceDataType):
    """A transformer must be a function."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, f"a transformer must be a function, not `{item_type.__name__}`"
        )


class ResourceFunctionExpected(InvalidResourceDataType):
    """The decorator needs a function."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(resource_name, item, item_type, f"`@resource` decorates functions, not `{item_type.__name__}`")


class InvalidTransformerGeneratorFunction(DltResourceException):
    """A transformer must take the item."""

    def __init__(self, resource_name: str, func_name: str, sig: Any, code: int = 1) -> None:
        self.code = code
        super().__init__(
            resource_name, f"transformer function `{func_name}{sig}` must take the data item as its first argument"
        )


class InvalidParentResourceDataType(InvalidResourceDataType):
    """A transformer takes data from resources only."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(resource_name, item, item_type, f"it takes data from a `{item_type.__name__}`, not a resource")


class ParametrizedResourceUnbound(DltResourceException):
    """A resource with required arguments must be called first."""

    def __init__(self, resource_name: str, func_name: str, sig: Any, kind: str, msg: str) -> None:
        super().__init__(
            resource_name,
            f"{kind} `{resource_name}` takes arguments `{func_name}{sig}` that were not given: {msg}",
            hint=f"call it: `{resource_name}(...)`",
        )


class ResourceNotATransformer(DltResourceException):
    """Data is piped only into transformers."""


class InconsistentTableTemplate(DltSourceException):
    """Hints that contradict one another."""


class DataItemRequiredForDynamicTableHints(DltResourceException):
    """A hint that is computed from items needs one."""

    def __init__(self, resource_name: str, hint_name: str = "table_name") -> None:
        super().__init__(resource_name, f"hint `{hint_name}` of resource `{resource_name}` is computed from data items")


class DeletingResourcesNotSupported(DltResourceException):
    """Resources are unselected, not deleted."""


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
    """No source is registered under this reference."""


class UnknownDestinationModule(DltException):
    """No destination has this name."""

    kind = "destination"


# -- incremental -------------------------------------------------------------------------------------------------


class IncrementalUnboundError(DltResourceException):
    """Its state was asked for before it belonged to a resource."""

    def __init__(self, cursor_path: str | None) -> None:
        super().__init__("", f"the incremental on `{cursor_path}` does not belong to a running resource yet")


class IncrementalCursorPathMissing(PipeException):
    """The cursor is not in the item."""

    def __init__(self, pipe_name: str | None, json_path: str | None, item: Any = None, msg: str | None = None) -> None:
        self.json_path = json_path
        self.item = item
        super().__init__(
            pipe_name,
            msg or f"an item has nothing at the cursor `{json_path}`; it has {_keys(item)}",
            hint="`on_cursor_value_missing='include'` or `'exclude'` lets such items pass or drops them",
        )


class IncrementalCursorPathHasValueNone(PipeException):
    """The cursor is null in the item."""

    def __init__(self, pipe_name: str | None, json_path: str | None, item: Any = None, msg: str | None = None) -> None:
        self.json_path = json_path
        self.item = item
        super().__init__(
            pipe_name,
            msg or f"an item has null at the cursor `{json_path}`",
            hint="`on_cursor_value_missing='include'` or `'exclude'` lets such items pass or drops them",
        )


class IncrementalCursorInvalidCoercion(PipeException):
    """Two cursor values cannot be compared."""

    def __init__(
        self, pipe_name: str | None, path: str | None, ours: Any, name: str, theirs: Any, details: str
    ) -> None:
        self.cursor_path = path
        super().__init__(
            pipe_name,
            f"the cursor `{path}` holds a `{type(theirs).__name__}` that cannot be compared with"
            f" `{name}`, a `{type(ours).__name__}`: {details}",
            hint=f"give `{name}` the type that the data has",
        )


class IncrementalPrimaryKeyMissing(PipeException):
    """The key is not in the item."""

    def __init__(self, pipe_name: str | None, column: str, item: Any = None) -> None:  # noqa: ARG002
        self.primary_key_column = column
        super().__init__(pipe_name, f"an item has no `{column}`, which is part of the incremental's key")


class JoinSchedulerError(PipeException):
    """A scheduler's interval cannot be used as a cursor's range."""


class ExternalSchedulerNotAvailable(PipeException):
    """There is no scheduler to take an interval from."""

    def __init__(self, pipe_name: str) -> None:
        super().__init__(
            pipe_name, "no scheduler gives an interval: neither `DLT_INTERVAL_START` nor Airflow's context"
        )


def _keys(item: Any) -> str:
    if isinstance(item, dict):
        names: list[str] = [str(k) for k in item]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
        return ", ".join(f"`{k}`" for k in names[:12]) or "no keys"
    return f"the type `{type(item).__name__}`"
