"""A resource: data under a name, with the steps it passes and the hints for its table."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from typing import Any, ClassVar, Self, cast

from gristmill import context
from gristmill.dataset.relation import Relation
from gristmill.exceptions import (
    InvalidParallelResourceDataType,
    InvalidParentResourceDataType,
    InvalidResourceDataType,
    InvalidResourceDataTypeBasic,
    InvalidResourceDataTypeIsNone,
    InvalidResourceDataTypeMultiplePipes,
    InvalidTransformerDataTypeGeneratorFunctionRequired,
    InvalidTransformerGeneratorFunction,
    ParametrizedResourceUnbound,
    ResourceNameMissing,
    ResourceNotATransformer,
)
from gristmill.extract.dynamic_name import DynamicName
from gristmill.extract.hints import Hints, ResourceHints, cloned
from gristmill.extract.incremental import Incremental, IncrementalResourceWrapper
from gristmill.extract.items import DataItemWithMeta, HintsMeta, TableNameMeta, is_arrow
from gristmill.extract.parallel import parallelized
from gristmill.extract.pipe import Pipe
from gristmill.extract.steps import FilterItem, LimitItem, MapItem, MetricsItem, ValidateItem, YieldMapItem
from gristmill.names import callable_name, normalized, schema_name_of, unique_id


def with_table_name(item: Any, table_name: str) -> DataItemWithMeta:
    """Send an item to a table of your choice."""
    return DataItemWithMeta(TableNameMeta(table_name), item)


def with_hints(item: Any, hints: Hints | None = None, create_table_variant: bool = False) -> DataItemWithMeta:
    """Change the resource's hints as of this item."""
    return DataItemWithMeta(HintsMeta(hints or {}, create_table_variant), item)


class DltResource(ResourceHints):
    """Data under a name; iterate it to see its items, or give it to a pipeline."""

    Empty: ClassVar[DltResource]
    SPEC: Any = None

    def __init__(
        self,
        pipe: Pipe,
        hints: Hints | None,
        selected: bool = True,
        *,
        section: str | None = None,
        args_bound: bool = False,
    ) -> None:
        self._pipe = pipe
        self.section = section
        self.selected = selected
        self.source_name: str | None = None
        self._args_bound = args_bound
        self._explicit_args: dict[str, Any] = {}
        self._parent: DltResource | None = None
        self._custom_metrics: dict[str, Any] = {}
        # What makes the data before configuration and incremental were wrapped around it, to wrap a clone anew.
        self._plain_gen: Any = None
        super().__init__(hints)
        if not pipe.is_empty and callable(pipe.gen):
            functools.update_wrapper(self, pipe.gen, updated=())
            self.__signature__ = inspect.signature(pipe.gen)

    @classmethod
    def from_data(  # noqa: C901
        cls,
        data: Any,
        name: str | None = None,
        section: str | None = None,
        hints: Hints | None = None,
        selected: bool = True,
        data_from: DltResource | None = None,
        inject_config: bool = False,
    ) -> Self:
        """A resource from anything that holds or makes data."""
        if data is None:
            raise InvalidResourceDataTypeIsNone(name)
        if isinstance(data, DltResource):
            made = cast("Self", data)
        else:
            if callable(data) or inspect.isgenerator(data):
                name = name or callable_name(data)
            if isinstance(data, Relation):
                name = name or data.table_name or "relation"
            if not name:
                raise ResourceNameMissing
            if isinstance(data, (str, dict)):
                raise InvalidResourceDataTypeBasic(name, data, type(cast("Any", data)))
            if is_arrow(data) or isinstance(data, Relation):
                data = [data]
            if not (isinstance(data, (Iterable, AsyncIterable)) or callable(data)):
                kind = type(data)
                raise InvalidResourceDataType(name, data, kind, f"a `{kind.__name__}` cannot be iterated")
            if data_from is not None:
                _ensure_transformer(name, data)
            pipe = Pipe(name, data, parent=None if data_from is None else DltResource.Empty._pipe)
            made = cls(pipe, hints, selected, section=section, args_bound=not callable(data))
            if inject_config:
                made._inject_config()
        if data_from is not None and data_from is not DltResource.Empty:
            made.pipe_data_from(data_from)
        return made

    # -- what it is ----------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Its name, which is also its table's unless a hint says otherwise."""
        return self._pipe.name

    @property
    def is_transformer(self) -> bool:
        """Whether it takes data from another resource."""
        return self._pipe.has_parent

    @property
    def requires_args(self) -> bool:
        """Whether it must be called before it can run."""
        try:
            self._pipe.ensure_gen_bound()
        except (TypeError, ParametrizedResourceUnbound):
            return True
        return False

    @property
    def args_bound(self) -> bool:
        """Whether it was called."""
        return self._args_bound

    @property
    def explicit_args(self) -> dict[str, Any]:
        """The arguments it was called with."""
        if not self._args_bound:
            message = f"resource `{self.name}` was not called yet"
            raise TypeError(message)
        return self._explicit_args

    @property
    def custom_metrics(self) -> dict[str, Any]:
        """Figures that the resource collects."""
        return self._custom_metrics

    @property
    def incremental(self) -> Any:
        """Its incremental, if it has one."""
        return self._pipe.get_by_type(IncrementalResourceWrapper, Incremental)

    @property
    def limit(self) -> LimitItem | None:
        """Its limit, if it has one."""
        return self._pipe.get_by_type(LimitItem)

    @property
    def validator(self) -> ValidateItem | None:
        """Its validator, if it has one."""
        return self._pipe.get_by_type(ValidateItem)

    @validator.setter
    def validator(self, validator: ValidateItem | None) -> None:
        at = self._pipe.remove_by_type(ValidateItem)
        if validator is not None:
            self.add_step(validator, insert_at=at if at >= 0 else None)

    @property
    def max_table_nesting(self) -> int | None:
        """How deep nested data becomes tables."""
        return ((self._hints or {}).get("x-normalizer") or {}).get("max_nesting")

    @max_table_nesting.setter
    def max_table_nesting(self, value: int | None) -> None:
        if self._hints is None:
            self.apply_hints()
        normalizer = cast("Hints", self._hints).setdefault("x-normalizer", {})
        if value is None:
            normalizer.pop("max_nesting", None)
        else:
            normalizer["max_nesting"] = value

    @property
    def state(self) -> dict[str, Any]:
        """The state it keeps between runs."""
        from gristmill.extract.state import resource_state

        with context.in_sections(self.config_sections()):
            return resource_state(self.name)

    # -- steps ---------------------------------------------------------------------------------------------------

    def add_step(self, item_transform: Any, insert_at: int | None = None) -> Self:
        """Add a step that gets items and pages as they come."""
        if insert_at is None:
            self._pipe.append_step(item_transform)
        else:
            self._pipe.insert_step(item_transform, insert_at)
        return self

    def add_map(self, item_map: Callable[..., Any], insert_at: int | None = None) -> Self:
        """Replace each item by what the function returns."""
        return self.add_step(MapItem(item_map), insert_at)

    def add_yield_map(self, item_map: Callable[..., Any], insert_at: int | None = None) -> Self:
        """Replace each item by what the function yields."""
        return self.add_step(YieldMapItem(item_map), insert_at)

    def add_filter(self, item_filter: Callable[..., Any], insert_at: int | None = None) -> Self:
        """Keep the items for which the function is true."""
        return self.add_step(FilterItem(item_filter), insert_at)

    def add_metrics(self, metrics_f: Callable[..., Any], insert_at: int | None = None) -> Self:
        """Let a function count what passes."""
        return self.add_step(MetricsItem(metrics_f), insert_at)

    def add_limit(
        self,
        max_items: int | None = None,
        max_time: float | None = None,
        count_rows: bool | None = False,
    ) -> Self:
        """End after so many yields (pages), or rows with `count_rows`, or seconds. Transformers are not limited."""
        if not self.is_transformer:
            self._pipe.remove_by_type(LimitItem)
            self.add_step(LimitItem(max_items, max_time, count_rows=bool(count_rows)))
        return self

    def parallelize(self) -> Self:
        """Take items from the pool of threads."""
        if self._parallel:
            # Twice would have a thread wait for another one.
            return self
        gen = self._pipe.gen
        function = callable(gen)
        source = self._plain_gen or gen
        if not (
            inspect.isgenerator(gen)
            or (function and inspect.isgeneratorfunction(inspect.unwrap(source)))
            or (function and self.is_transformer)
        ):
            raise InvalidParallelResourceDataType(self.name, gen, type(gen))
        self._pipe.replace_gen(parallelized(gen))
        self._parallel = True
        return self

    _parallel = False

    def select_tables(self, *table_names: str) -> Self:
        """Of the tables that items are sent to, load only these."""

        def wanted(item: Any, meta: Any = None) -> bool:
            if isinstance(meta, TableNameMeta):
                return meta.table_name in table_names
            return self._table_name_hint_fun is not None and self._table_name_hint_fun(item) in table_names

        return self.add_filter(wanted)

    def pipe_data_from(self, data_from: Any) -> Self:
        """Take data from another resource."""
        if not self.is_transformer:
            raise ResourceNotATransformer(
                self.name, f"`{self.name}` is not a transformer, no data can be piped into it"
            )
        if not isinstance(data_from, DltResource):
            raise InvalidParentResourceDataType(self.name, data_from, type(data_from))
        self._pipe.parent = data_from._pipe
        self._parent = data_from
        return self

    def add_pipe(self, data: Any) -> None:
        """Not possible: one name, one resource."""
        raise InvalidResourceDataTypeMultiplePipes(self.name, data, type(data))

    def set_incremental(self, new_incremental: Any) -> Any:
        """Put an incremental into the steps, or replace it."""
        if new_incremental is Incremental.EMPTY:
            new_incremental = None
        key = (self._hints or {}).get("primary_key")
        if new_incremental is not None and key:
            new_incremental.set_deduplication_key(key, from_hints=True)
        existing = self.incremental
        if isinstance(existing, IncrementalResourceWrapper) and not isinstance(
            new_incremental, IncrementalResourceWrapper
        ):
            existing.set_incremental(new_incremental, from_hints=True)
            return new_incremental
        if existing is not None:
            self._pipe.remove_by_type(Incremental, IncrementalResourceWrapper)
        if new_incremental is not None:
            if not isinstance(new_incremental, IncrementalResourceWrapper):
                new_incremental = Incremental.ensure_instance(new_incremental)
            self.add_step(new_incremental)
        return new_incremental

    def _set_hints(self, hints: Hints, *, create_table_variant: bool = False) -> None:
        super()._set_hints(hints, create_table_variant=create_table_variant)
        if create_table_variant:
            return
        key = hints.get("primary_key")
        if hints.get("incremental") is not None:
            self.set_incremental(hints["incremental"])
        elif key is not None and (incremental := self.incremental) is not None:
            incremental.set_deduplication_key(key, from_hints=True)
        if hints.get("validator") is not None:
            self.validator = hints["validator"]

    def compute_table_schema(self, item: Any = None, meta: Any = None) -> Hints:
        """The partial schema of the table that `item` goes to."""
        incremental = self.incremental
        if isinstance(incremental, IncrementalResourceWrapper):
            incremental = incremental.incremental
        if incremental is not None and self._hints is not None and "incremental" not in self._hints:
            self._hints["incremental"] = incremental
        return super().compute_table_schema(item, meta)

    # -- calling and combining -------------------------------------------------------------------------------------

    def bind(self, *args: Any, **kwargs: Any) -> Self:
        """Give the arguments, in place."""
        if self._args_bound:
            message = f"resource `{self.name}` was already called; it can be called once"
            raise TypeError(message)
        function = self._pipe.gen
        made = self._pipe.bind_gen(*args, **kwargs)
        if isinstance(made, DltResource):
            identity = self._pipe.instance_id
            self.__dict__.update(made.__dict__)
            self._pipe = made._pipe.clone()
            self._pipe.instance_id = identity
        else:
            self._args_bound = True
        try:
            self._explicit_args = dict(inspect.signature(function).bind_partial(*args, **kwargs).arguments)
        except TypeError:
            # A transformer's first argument is not among them.
            self._explicit_args = dict(kwargs)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Self:  # noqa: D102
        if self._args_bound:
            message = f"resource `{self.name}` was already called; it can be called once"
            raise TypeError(message)
        name, section = self.name, self.section
        if isinstance(name, DynamicName) or isinstance(section, DynamicName):
            arguments = dict(self._pipe.simulated_call(*args, **kwargs).arguments)
            name = name.compute(arguments) if isinstance(name, DynamicName) else None
            section = section.compute(arguments) if isinstance(section, DynamicName) else None
            return self._clone(new_name=name, new_section=section).bind(*args, **kwargs)
        return self._clone().bind(*args, **kwargs)

    def with_name(self, new_name: str, new_section: str | None = None) -> Self:
        """A copy under another name, with a state of its own."""
        return self._clone(new_name=new_name, new_section=new_section, with_parent=True)

    def _clone(self, *, new_name: str | None = None, new_section: str | None = None, with_parent: bool = False) -> Self:
        made = copy.copy(self)
        made._pipe = self._pipe if self._pipe.is_empty else self._pipe.clone(new_name)
        if not made._pipe.is_empty:
            made._pipe.instance_id = unique_id()
        made._hints = cloned(self._hints)
        made._hints_variants = cloned(self._hints_variants)
        made.section = new_section or self.section
        made.source_name = None
        made._custom_metrics = {}
        if with_parent and self._parent is not None and not self._parent._pipe.is_empty:
            parent = self._parent
            renamed = None
            if new_name:
                renamed = (
                    parent.name.replace(self.name, new_name)
                    if self.name in parent.name
                    else f"{parent.name}_{new_name}"
                )
            made._parent = parent._clone(new_name=renamed, new_section=new_section, with_parent=True)
            made._pipe.parent = made._parent._pipe
        if self._plain_gen is not None and not self._args_bound:
            wrapper = self.incremental
            made._pipe.replace_gen(self._plain_gen)
            made._pipe.remove_by_type(IncrementalResourceWrapper)
            made._inject_config()
            if isinstance(wrapper, IncrementalResourceWrapper) and wrapper.incremental is not None:
                cast("IncrementalResourceWrapper", made.incremental).set_incremental(
                    wrapper.incremental.copy(), from_hints=wrapper.is_from_hints
                )
            if self._parallel:
                made._pipe.replace_gen(parallelized(made._pipe.gen))
        return made

    def _inject_config(self) -> Self:
        """Wrap the function so that configuration and the incremental reach its arguments."""
        from gristmill.configuration.inject import with_config

        gen = self._pipe.gen
        if not callable(gen):
            return self
        signature = inspect.signature(gen)
        incremental_arg = IncrementalResourceWrapper.argument_of(gen)
        function: Any = gen
        sections = ("sources", self.section or "", self.name)
        if incremental_arg is not None:
            wrapper = IncrementalResourceWrapper()
            wrapper.sections = sections
            if self._hints and self._hints.get("incremental"):
                wrapper.set_incremental(self._hints["incremental"], from_hints=True)
                self._pipe.remove_by_type(Incremental)
            function = wrapper.wrap(incremental_arg, signature, gen)
            self.set_incremental(wrapper)
        skip = (incremental_arg.name,) if incremental_arg is not None else ()
        wrapped = with_config(function, spec=self.SPEC, sections=sections, sections_merge_style="resource", skip=skip)
        if wrapped is not gen:
            self._pipe.replace_gen(wrapped)
            self._plain_gen = gen
        return self

    def __or__(self, transform: Any) -> DltResource:
        """Pipe the items into a transformer, or through a function."""
        if isinstance(transform, DltResource):
            return transform.pipe_data_from(self)
        if inspect.isgeneratorfunction(transform):
            return self.add_yield_map(transform)
        return self.add_map(transform)

    def __ror__(self, data: Any) -> Self:
        """Pipe plain data into this transformer."""
        return self.pipe_data_from(DltResource.from_data(data, name=f"iter_{unique_id(4)}"))

    def __iter__(self) -> Iterator[Any]:
        """The items, page by page opened; state that is changed on the way is forgotten."""
        from gristmill.extract.source import DltSource

        sections = self.config_sections()
        source = DltSource(_standalone_schema(sections.source_state_key), self.section, [self])
        # Whoever iterates over it asks for its items, selected or not.
        source.resources[self.name].selected = True
        return iter(source.items(sections))

    def config_sections(self) -> context.Sections:
        """Where its configuration is looked for, and where its state is kept."""
        pipeline = context.active_pipeline()
        pipeline_name: Any = None if pipeline is None else pipeline.pipeline_name
        default_schema = None if pipeline is None else pipeline.default_schema_name or schema_name_of(pipeline_name)
        key = self.source_name or default_schema or (normalized(self.section) if self.section else None)
        return context.Sections(
            pipeline_name,
            ("sources", self.section or pipeline_name or "", self.name),
            key or f"schema_{unique_id(4)}",
        )

    def __repr__(self) -> str:
        kind = "transformer" if self.is_transformer else "resource"
        hints = self._hints or {}
        limit, steps = self.limit, self._pipe.steps
        shown: dict[str, Any] = {"name": self.name, "section": self.section}
        for hint in _SHOWN_HINTS:
            value = hints.get(hint)
            shown[hint] = value if hint not in _LONG_HINTS else "{...}" if value else None
            if hint == "nested_hints":
                shown["limit"] = None if limit is None else limit.max_items
        shown["incremental"] = self.incremental
        shown["validator"] = self.validator
        if len(steps) > 1:
            shown.update(n_steps=len(steps), steps=[type(step).__name__ for step in steps])
        shown["parent"] = self._parent.name if self._parent is not None else None
        return f"<@dlt.{kind}({', '.join(f'{k}={v!r}' for k, v in shown.items() if v is not None)})>"

    def __str__(self) -> str:
        info = f"DltResource `{self.name}`"
        if self.section:
            info += f" in section `{self.section}`"
        if self.source_name:
            info += f" added to source `{self.source_name}`"
        if self._parent is not None and not self._parent._pipe.is_empty:
            info += f", takes its data from `{self._parent.name}`"
        if self.requires_args:
            info += ", must be called with arguments before it is loaded"
        return info


_LONG_HINTS = ("columns", "references", "nested_hints", "schema_contract")
_SHOWN_HINTS = (
    *("table_name", "primary_key", "merge_key", "columns", "parent_table_name", "references", "nested_hints"),
    *("write_disposition", "table_format", "file_format", "schema_contract"),
)


def _standalone_schema(name: str | None) -> Any:
    from gristmill.schema import Schema

    return Schema(name or "schema")


def _ensure_transformer(name: str, data: Any) -> None:
    if not callable(data):
        raise InvalidTransformerDataTypeGeneratorFunctionRequired(name, data, type(data))
    signature = inspect.signature(data)
    first = next(iter(signature.parameters.values()), None)
    if first is None or first.kind not in (first.POSITIONAL_ONLY, first.POSITIONAL_OR_KEYWORD):
        raise InvalidTransformerGeneratorFunction(name, callable_name(data), signature)


DltResource.Empty = DltResource(Pipe(""), None, selected=False)
TUnboundDltResource = Callable[..., DltResource]
