"""A source: resources that share a schema and a state."""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill import context
from gristmill.exceptions import (
    DeletingResourcesNotSupported,
    InvalidParallelResourceDataType,
    ResourceNotFoundError,
    ResourcesNotFoundError,
    ValueErrorWithKnownValues,
)
from gristmill.extract.items import is_arrow
from gristmill.extract.iterator import PipeIterator, cloned_with_parents
from gristmill.extract.resource import DltResource

if TYPE_CHECKING:
    from gristmill.extract.pipe import Pipe
    from gristmill.schema import Schema


class DltResourceDict(dict[str, DltResource]):
    """The resources of one source by name. Each is a copy, so a source can be changed without changing another."""

    def __init__(self, source_name: str, source_section: str | None) -> None:
        super().__init__()
        self.source_name = source_name
        self.source_section = source_section
        self._pipes: dict[str, Pipe] = {}
        self._by_pipe: dict[str, DltResource] = {}

    @property
    def selected(self) -> dict[str, DltResource]:
        """Those that will be loaded."""
        return {name: resource for name, resource in self.items() if resource.selected}

    @property
    def selected_pipes(self) -> list[Pipe]:
        """Their pipes."""
        return [resource._pipe for resource in self.values() if resource.selected]

    @property
    def extracted(self) -> list[DltResource]:
        """Those that will be loaded, and those they take data from."""
        found: dict[str, DltResource] = {}
        for resource in self.selected.values():
            current: DltResource | None = resource
            while current is not None and not current._pipe.is_empty:
                found[current._pipe.instance_id] = current
                current = current._parent
        return list(found.values())

    @property
    def selected_dag(self) -> list[tuple[str, str]]:
        """Who takes data from whom; one that takes from nobody stands beside itself."""
        edges: list[tuple[str, str]] = []
        for pipe in self.selected_pipes:
            parent, child = pipe.parent, pipe
            if parent is None or parent.is_empty:
                edges.append((pipe.name, pipe.name))
            while parent is not None and not parent.is_empty:
                edges.append((parent.name, child.name))
                parent, child = parent.parent, parent
        return edges

    def select(self, *resource_names: str) -> dict[str, DltResource]:
        """Load these and no others."""
        wanted = set(resource_names)
        if not wanted <= set(self):
            raise ResourcesNotFoundError(self.source_name, set(self), wanted)
        for name, resource in self.items():
            resource.selected = name in wanted
        return self.selected

    def with_pipe(self, pipe: Pipe) -> DltResource:
        """The resource that a pipe (or its clone) belongs to."""
        try:
            return self._by_pipe[pipe.instance_id]
        except KeyError:
            message = f"source `{self.source_name}` has no resource for `{pipe.name}`"
            raise ResourceNotFoundError(pipe.name, message) from None

    def add(self, *resources: DltResource) -> None:
        """Add resources under their names."""
        known: dict[str, DltResource] = dict(self)
        for resource in resources:
            if resource.name in known:
                known[resource.name].add_pipe(resource)
            known[resource.name] = resource
        copies = [self._adopted(resource) for resource in resources]
        for made in copies:
            super().__setitem__(made.name, made)
        for made in copies:
            self._join_parents(made)

    def detach(self, resource_name: str | None = None) -> DltResource:
        """A copy that belongs to no source."""
        return (self[resource_name] if resource_name else next(iter(self.values())))._clone(with_parent=True)

    def _adopted(self, resource: DltResource) -> DltResource:
        made = copy.copy(resource)
        made.source_name = self.source_name
        for identity, pipe in cloned_with_parents([resource._pipe]).items():
            self._pipes.setdefault(identity, pipe)
        made._pipe = self._pipes[resource._pipe.instance_id]
        self._by_pipe[made._pipe.instance_id] = made
        return made

    def _join_parents(self, resource: DltResource) -> None:
        child = resource
        while child._parent is not None and not child._parent._pipe.is_empty:
            identity = child._parent._pipe.instance_id
            parent = self._by_pipe.get(identity)
            if parent is None:
                parent = copy.copy(child._parent)
                parent.source_name = self.source_name
                self._by_pipe[identity] = parent
            parent._pipe = self._pipes[identity]
            child._pipe.parent = parent._pipe
            child._parent = parent
            child = parent

    def __setitem__(self, resource_name: str, resource: DltResource) -> None:
        if resource_name != resource.name:
            message = f"resource `{resource.name}` cannot be added under another name, `{resource_name}`"
            raise ValueError(message)
        made = self._adopted(resource)
        super().__setitem__(resource_name, made)
        self._join_parents(made)

    def __delitem__(self, resource_name: str) -> None:
        message = f"resource `{resource_name}` cannot be deleted from source `{self.source_name}`"
        raise DeletingResourcesNotSupported(resource_name, message, hint="set `selected` to False instead")


class DltSource:
    """Resources under one name; iterate it to see their items, or give it to a pipeline."""

    def __init__(self, schema: Schema, section: str | None, resources: Sequence[DltResource] = ()) -> None:
        self._schema = schema
        self.section = section
        self._resources = DltResourceDict(schema.name, section)
        self._factory: Any = None
        self.is_extracted = False
        if resources:
            self._resources.add(*resources)

    @classmethod
    def from_data(cls, schema: Schema, section: str | None, data: Any) -> Self:
        """A source from what a source's function returns."""
        if isinstance(data, DltSource):
            return cast("Self", data)
        many = isinstance(data, Sequence) and not isinstance(data, (str, bytes))
        items: list[Any] = list(cast("Sequence[Any]", data)) if many else [data]
        return cls(schema, section, [DltResource.from_data(item) for item in items])

    @property
    def name(self) -> str:
        """Its name, which is its schema's."""
        return self._schema.name

    @property
    def schema(self) -> Schema:
        """The schema that its tables join."""
        return self._schema

    @schema.setter
    def schema(self, value: Schema) -> None:
        self._schema = value

    @property
    def resources(self) -> DltResourceDict:
        """All resources by name."""
        return self._resources

    @property
    def selected_resources(self) -> dict[str, DltResource]:
        """Those that will be loaded."""
        return self._resources.selected

    @property
    def max_table_nesting(self) -> int | None:
        """How deep nested data becomes tables."""
        return self._schema.max_table_nesting

    @max_table_nesting.setter
    def max_table_nesting(self, value: int | None) -> None:
        self._schema.max_table_nesting = value

    @property
    def root_key(self) -> bool | None:
        """Whether child tables carry the root's key."""
        return self._schema.root_key

    @root_key.setter
    def root_key(self, value: bool | None) -> None:
        if value is not None:
            self._schema.root_key = value

    @property
    def schema_contract(self) -> Any:
        """What is allowed to change."""
        return self._schema.schema_contract

    @schema_contract.setter
    def schema_contract(self, settings: Any) -> None:
        self._schema.schema_contract = settings

    @property
    def exhausted(self) -> bool:
        """Whether one of its generators was already started."""
        gens = [pipe.gen for pipe in self._resources.selected_pipes if not pipe.is_empty]
        return any(inspect.isgenerator(g) and inspect.getgeneratorstate(g) != inspect.GEN_CREATED for g in gens)

    @property
    def state(self) -> dict[str, Any]:
        """The state it keeps between runs."""
        from gristmill.extract.state import source_state

        with context.in_sections(self.config_sections()):
            return source_state()

    @property
    def run(self) -> Callable[..., Any]:
        """`source.run(...)`: load it with the active pipeline."""
        from gristmill.pipeline import pipeline

        return functools.partial(pipeline().run, self)

    def with_resources(self, *resource_names: str) -> DltSource:
        """A copy in which only these are selected."""
        made = self.clone()
        made._resources.select(*resource_names)
        return made

    def add_limit(
        self,
        max_items: int | None = None,
        max_time: float | None = None,
        count_rows: bool | None = False,
    ) -> Self:
        """Limit each selected resource that is not a transformer."""
        for resource in self.selected_resources.values():
            resource.add_limit(max_items, max_time, count_rows)
        return self

    def decompose(self, strategy: str) -> list[DltSource]:
        """The source in parts: `"none"` is one, `"scc"` one for each group of resources that hang together."""
        if strategy == "none":
            return [self]
        if strategy != "scc":
            raise ValueErrorWithKnownValues("strategy", strategy, ("none", "scc"))
        groups: dict[str, set[str]] = {}
        for parent, child in self.resources.selected_dag:
            joined = {parent, child} | groups.get(parent, set()) | groups.get(child, set())
            groups.update(dict.fromkeys(joined, joined))
        chosen = list(self.resources.selected)
        parts = {tuple(n for n in chosen if n in groups.get(name, {name})): None for name in chosen}
        return [self.with_resources(*names) for names in parts]

    def parallelize(self) -> Self:
        """Run those resources in threads that can."""
        for resource in self.selected_resources.values():
            with contextlib.suppress(InvalidParallelResourceDataType):
                resource.parallelize()
        return self

    def clone(self, with_name: str | None = None) -> DltSource:
        """A copy, under another name if one is given."""
        made = DltSource(self._schema.clone(with_name), self.section, list(self._resources.values()))
        made._factory = self._factory
        return made

    def discover_schema(self, item: Any = None, meta: Any = None) -> Schema:
        """The schema as far as hints tell it, before any data."""
        from gristmill.exceptions import DataItemRequiredForDynamicTableHints

        schema = self._schema.clone()
        for resource in self.selected_resources.values():
            with contextlib.suppress(DataItemRequiredForDynamicTableHints):
                schema.update_table(resource.compute_table_schema(item, meta))
        return schema

    def config_sections(self) -> context.Sections:
        """Where its configuration is looked for, and where its state is kept."""
        return context.Sections(context.active_pipeline_name(), ("sources", self.section or "", self.name), self.name)

    def items(self, sections: context.Sections) -> Iterator[Any]:
        """All items one by one, with a state that is forgotten."""
        pipeline = context.active_pipeline()
        around = context.state.get()
        state = around if around is not None else copy.deepcopy(pipeline.state) if pipeline is not None else {}
        values = ((context.sections, sections), (context.state, state), (context.source, self))

        def entered() -> contextlib.ExitStack:
            stack = contextlib.ExitStack()
            for var, value in values:
                stack.enter_context(context.using(cast("Any", var), value))
            stack.enter_context(context.using(context.source_schema, self._schema))
            return stack

        with entered():
            pipes = PipeIterator(self._resources.selected_pipes)
        with pipes:
            while True:
                # What surrounds the items must not leak to the code that iterates them.
                with entered():
                    found = next(pipes, None)
                if found is None:
                    return
                if isinstance(found.data, list) and not is_arrow(found.data):
                    yield from cast("list[Any]", found.data)
                else:
                    yield found.data

    def __iter__(self) -> Iterator[Any]:
        return self.items(self.config_sections())

    def __getattr__(self, resource_name: str) -> DltResource:
        if resource_name.startswith("_"):
            raise AttributeError(resource_name)
        try:
            return self._resources[resource_name]
        except KeyError:
            have = ", ".join(f"`{n}`" for n in self._resources)
            message = f"source `{self.name}` has no resource `{resource_name}`; it has: {have}"
            raise AttributeError(message) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, DltResource):
            self.resources[name] = value
        else:
            super().__setattr__(name, value)

    def __repr__(self) -> str:
        names = list(self._resources)
        contract = ", schema_contract='{...}'" if self.schema_contract else ""
        exhausted = ", exhausted=True" if self.exhausted else ""
        return (
            f"<@dlt.source(name={self.name!r}, section={self.section!r}{contract}{exhausted},"
            f" n_resources={len(names)}, resources={names!r})>"
        )

    def __str__(self) -> str:
        selected = len(self.selected_resources)
        lines = [
            f"DltSource `{self.name}` section `{self.section}` contains {len(self._resources)} resource(s)"  # noqa: ISC004
            f" of which {selected} are selected"
        ]
        lines += [
            f"{resource}{'' if resource.selected else ' (not selected)'}" for resource in self._resources.values()
        ]
        return "\n".join(lines)
