"""`@source`, `@resource`, `@transformer`: from functions to things a pipeline loads."""

from __future__ import annotations

import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill import context
from gristmill.configuration.inject import with_config
from gristmill.exceptions import (
    ExplicitSourceNameInvalid,
    InvalidTransformerDataTypeGeneratorFunctionRequired,
    ResourceFunctionExpected,
    SourceDataIsNone,
    SourceIsAClassTypeError,
    SourceNotAFunction,
)
from gristmill.extract.dynamic_name import DynamicName
from gristmill.extract.hints import make_hints
from gristmill.extract.parallel import deferred as defer
from gristmill.extract.resource import DltResource
from gristmill.extract.source import DltSource
from gristmill.names import callable_name, section_of
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SourceFactory", "defer", "resource", "source", "transformer"]


class SourceFactory:
    """What `@source` makes of a function: call it for a source; `clone` it to change its settings."""

    def __init__(self, function: Callable[..., Any], settings: dict[str, Any]) -> None:
        if isinstance(function, DltResource) or not callable(function):
            raise SourceNotAFunction(str(settings.get("name")), function, type(function))
        if inspect.isclass(function):
            raise SourceIsAClassTypeError(str(settings.get("name") or function.__name__), function)
        schema: Schema | None = settings.get("schema")
        name = settings.get("name")
        if schema is not None and name and name != schema.name:
            raise ExplicitSourceNameInvalid(name, schema.name)
        self._function = function
        self._settings = settings
        self._postprocessors: list[Callable[[Any], Any]] = []
        functools.update_wrapper(self, function, updated=())
        self.name: str = name or callable_name(function)
        self.section: str | None = settings.get("section") or section_of(inspect.getmodule(function))
        self.sections = ("sources", self.section or "", self.name)
        self._configured = with_config(function, spec=settings.get("spec"), sections=self.sections)

    def clone(self, **overrides: Any) -> Self:
        """The same function with other settings; a new name also means a state and a configuration of its own."""
        given = {k: v for k, v in overrides.items() if v is not None}
        made = type(self)(self._function, {**self._settings, **given})
        made._postprocessors = list(self._postprocessors)
        return made

    with_args = clone

    def add_postprocessor(self, func: Callable[[Any], Any]) -> None:
        """Let a function change each source that is made."""
        self._postprocessors.append(func)

    def add_limit(self, max_items: int | None = None, max_time: float | None = None, count_rows: bool = False) -> None:
        """Limit each source that is made."""
        self.add_postprocessor(lambda made: made.add_limit(max_items, max_time, count_rows))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        schema = self._schema()
        if inspect.iscoroutinefunction(self._function):
            return self._later(schema, args, kwargs)
        with context.using(context.source_schema, schema), context.in_sections(self._around(schema)):
            return self._made(self._configured(*args, **kwargs), schema)

    async def _later(self, schema: Schema, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with context.using(context.source_schema, schema), context.in_sections(self._around(schema)):
            return self._made(await self._configured(*args, **kwargs), schema)

    def _around(self, schema: Schema) -> context.Sections:
        return context.Sections(context.active_pipeline_name(), self.sections, schema.name)

    def _schema(self) -> Schema:
        if (given := self._settings.get("schema")) is not None:
            return given.clone()
        file = inspect.getsourcefile(self._function) if inspect.isfunction(self._function) else None
        if file:
            for stored in (Path(file).with_name(f"{self.name}.schema.{ending}") for ending in ("json", "yaml")):
                if stored.is_file():
                    return Schema.from_file(stored)
        return Schema(self.name)

    def _made(self, data: Any, schema: Schema) -> Any:
        if data is None:
            raise SourceDataIsNone(schema.name)
        if inspect.isgenerator(data):
            data = list(data)
        kind: type[DltSource] = self._settings.get("_impl_cls") or DltSource
        made: Any = kind.from_data(schema, self.section, data)
        if self._settings.get("max_table_nesting") is not None:
            made.max_table_nesting = self._settings["max_table_nesting"]
        if self._settings.get("schema_contract") is not None:
            made.schema_contract = self._settings["schema_contract"]
        made.root_key = self._settings.get("root_key")
        if self._settings.get("parallelized"):
            made.parallelize()
        made._factory = self
        for change in self._postprocessors:
            made = change(made)
        return made


def source(
    func: Callable[..., Any] | None = None,
    /,
    name: str | None = None,
    section: str | None = None,
    max_table_nesting: int | None = None,
    root_key: bool | None = None,
    schema: Schema | None = None,
    schema_contract: Any = None,
    spec: Any = None,
    parallelized: bool = False,
    _impl_cls: Any = None,
) -> Any:
    """Make a function that returns or yields resources a source.

    >>> @source
    ... def shop(): return resource([{"id": 1}], name="orders")
    >>> list(shop())
    [{'id': 1}]
    """
    settings = {
        "name": name,
        "section": section,
        "max_table_nesting": max_table_nesting,
        "root_key": root_key,
        "schema": schema,
        "schema_contract": schema_contract,
        "spec": spec,
        "parallelized": parallelized,
        "_impl_cls": _impl_cls,
    }

    def decorate(function: Callable[..., Any]) -> SourceFactory:
        return SourceFactory(function, settings)

    return decorate if func is None else decorate(func)


def resource(  # noqa: C901
    data: Any = None,
    /,
    name: Any = None,
    table_name: Any = None,
    max_table_nesting: int | None = None,
    write_disposition: Any = None,
    columns: Any = None,
    primary_key: Any = None,
    merge_key: Any = None,
    schema_contract: Any = None,
    table_format: Any = None,
    file_format: Any = None,
    references: Any = None,
    nested_hints: Any = None,
    selected: bool = True,
    spec: Any = None,
    parallelized: bool = False,
    incremental: Any = None,
    _impl_cls: Any = None,
    section: Any = None,
    _base_spec: Any = None,
    standalone: bool | None = None,
    data_from: Any = None,
) -> Any:
    """Make a function, a generator, a list or a frame a resource.

    >>> list(resource([{"id": 1}, {"id": 2}], name="orders").add_filter(lambda o: o["id"] > 1))
    [{'id': 2}]
    """
    del standalone, _base_spec
    kind: type[DltResource] = _impl_cls or DltResource

    def make(resource_name: str | None, resource_section: str | None, made_of: Any) -> DltResource:
        hints = make_hints(
            table_name=table_name,
            write_disposition=write_disposition or "append",
            columns=columns,
            primary_key=primary_key,
            merge_key=merge_key,
            schema_contract=schema_contract,
            table_format=table_format,
            file_format=file_format,
            references=references,
            nested_hints=nested_hints,
            incremental=incremental,
        )
        made = kind.from_data(made_of, resource_name, resource_section, hints, selected, data_from)
        if isinstance(made_of, DltResource):
            return made
        if spec is not None:
            made.SPEC = spec
        if callable(made_of):
            made._inject_config()
        if incremental is not None and (wrapper := made.incremental) is not None:
            wrapper.is_from_hints = False
        if max_table_nesting is not None:
            made.max_table_nesting = max_table_nesting
        return made.parallelize() if parallelized else made

    def decorate(function: Any) -> DltResource:
        if not callable(function):
            error = InvalidTransformerDataTypeGeneratorFunctionRequired if data_from else ResourceFunctionExpected
            raise error(str(name or "without a name"), function, type(function))
        own_section = section_of(inspect.getmodule(function))
        named = (
            DynamicName(callable_name(function), cast("Any", name))
            if callable(name)
            else name or callable_name(function)
        )
        placed = DynamicName(own_section or "", cast("Any", section)) if callable(section) else section or own_section
        return make(named, placed, function)

    if data is None:
        return decorate
    if callable(data) and not isinstance(data, DltResource):
        return decorate(data)
    own_section: str | None = section
    if inspect.isgenerator(data):
        own_section = section or section_of(inspect.getmodule(data.gi_frame))
    return make(name, own_section, data)


def transformer(
    f: Callable[..., Any] | None = None,
    /,
    data_from: Any = DltResource.Empty,
    name: Any = None,
    table_name: Any = None,
    max_table_nesting: int | None = None,
    write_disposition: Any = None,
    columns: Any = None,
    primary_key: Any = None,
    merge_key: Any = None,
    schema_contract: Any = None,
    table_format: Any = None,
    file_format: Any = None,
    references: Any = None,
    nested_hints: Any = None,
    selected: bool = True,
    spec: Any = None,
    parallelized: bool = False,
    section: Any = None,
    standalone: bool | None = None,
    _impl_cls: Any = None,
) -> Any:
    """Make a function of an item a resource that takes its items from another: `players | profiles`.

    >>> @transformer
    ... def doubled(item): return item * 2
    >>> list(resource([1, 2], name="numbers") | doubled)
    [2, 4]
    """
    if isinstance(f, DltResource):
        message = "pass the resource as `data_from=`; the only positional argument is the function"
        raise ValueError(message)  # noqa: TRY004
    return cast("Any", resource)(
        f,
        data_from=data_from,
        name=name,
        table_name=table_name,
        max_table_nesting=max_table_nesting,
        write_disposition=write_disposition,
        columns=columns,
        primary_key=primary_key,
        merge_key=merge_key,
        schema_contract=schema_contract,
        table_format=table_format,
        file_format=file_format,
        references=references,
        nested_hints=nested_hints,
        selected=selected,
        spec=spec,
        parallelized=parallelized,
        section=section,
        standalone=standalone,
        _impl_cls=_impl_cls,
    )
