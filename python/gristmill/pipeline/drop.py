"""Drop what resources loaded: their tables, what the schema knows of them, and what they remembered, in one load.

`Drop.of(...)` finds out what would go and changes nothing; `apply` does it. The tables are dropped in the transaction that
brings the new schema and the new state, so that a reader, and a run after a crash, sees all of it or nothing.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from gristmill.exceptions import PipelineHasPendingDataException, PipelineNeverRan, ValueErrorWithKnownValues
from gristmill.extract import jsonpath
from gristmill.pipeline.extraction import Extraction
from gristmill.progress import NULL_COLLECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gristmill.load_info import LoadInfo
    from gristmill.pipeline.pipeline import Pipeline
    from gristmill.pipeline.state import State
    from gristmill.schema import Schema, Table


@dataclass
class Drop:
    """What goes, and what is left."""

    pipeline: Pipeline
    schema: Schema
    """The schema without what is dropped."""
    state: State
    resources: list[str] = field(default_factory=list[str])
    tables: list[str] = field(default_factory=list[str])
    """Nested tables before those they hang on."""
    tables_with_data: list[str] = field(default_factory=list[str])
    resource_states: list[str] = field(default_factory=list[str])
    state_paths: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])

    @classmethod
    def of(
        cls,
        pipeline: Pipeline,
        resources: Iterable[str] = (),
        *,
        schema_name: str | None = None,
        state_paths: Iterable[str] = (),
        drop_all: bool = False,
        state_only: bool = False,
    ) -> Drop:
        """What `resources` (names, or `re:` and a pattern) and `state_paths` name. Raises `PipelineNeverRan`."""
        name = schema_name or pipeline.default_schema_name
        if name is None:
            raise PipelineNeverRan(pipeline.pipeline_name, pipeline.pipelines_dir)
        schemas = pipeline.schemas
        if name not in schemas:
            what = "schema"
            raise ValueErrorWithKnownValues(what, name, schemas)
        made = cls(pipeline, schemas[name].clone(), copy.deepcopy(pipeline.state))
        pattern = _pattern(["re:.*"] if drop_all else list(resources))
        if pattern is not None:
            made._take_tables(pattern, state_only=state_only)
        made._take_state(pattern, list(state_paths))
        return made

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes."""
        return not (self.tables or self.state_paths or self.resource_states)

    def _take_tables(self, pattern: re.Pattern[str], *, state_only: bool) -> None:
        known = tables_by_resource(self.schema)
        chosen = {name: tables for name, tables in known.items() if pattern.fullmatch(name)}
        if not chosen:
            self.warnings.append(f"no resource of schema `{self.schema.name}` matches; there are: {', '.join(known)}")
        if state_only:
            return
        going = [table for tables in chosen.values() for table in tables][::-1]
        self.resources = list(chosen)
        self.tables = [table["name"] for table in going]
        self.tables_with_data = [t["name"] for t in going if (t.get("x-normalizer") or {}).get("seen-data")]
        self.schema.drop_tables(self.tables)

    def _take_state(self, pattern: re.Pattern[str] | None, paths: list[str]) -> None:
        source = cast("State", (self.state.get("sources") or {}).get(self.schema.name) or {})
        kept = cast("State", source.get("resources") or {})
        for name in [n for n in kept if pattern is not None and pattern.fullmatch(n)]:
            del kept[name]
            self.resource_states.append(name)
        found = [place for path in paths for place in _places(source, jsonpath.parsed(path))]
        if paths and not found:
            self.warnings.append(f"no state of source `{self.schema.name}` is at {', '.join(f'`{p}`' for p in paths)}")
        # From the end, so that an index still means what it meant.
        for steps in reversed(found):
            _remove(source, steps)
        self.state_paths = [".".join([self.schema.name, *map(str, steps)]) for steps in found]

    def apply(self) -> LoadInfo | None:
        """Drop it. Raises `PipelineHasPendingDataException` while something waits to be loaded."""
        pipeline = self.pipeline
        with pipeline._locked():
            if pipeline.has_pending_data:
                message = f"pipeline `{pipeline.pipeline_name}` has packages that wait to be loaded"
                hint = "run the pipeline, or throw them away with `abort-packages`; then drop"
                raise PipelineHasPendingDataException(pipeline.pipeline_name, message, hint=hint)
            if self.is_empty:
                return None
            before = pipeline.state, pipeline.schemas[self.schema.name]
            extraction = Extraction(pipeline._dir.packages, lambda _: None, NULL_COLLECTOR)
            try:
                package = extraction.package_for(self.schema)
                if self.tables_with_data:
                    package.extract.refresh(self.tables_with_data, [])
                package.touched = True
                pipeline._commit(extraction, self.state)
                return pipeline.load()
            except BaseException:
                extraction.abort()
                pipeline.drop_pending_packages()
                pipeline._dir.write_state(before[0])
                pipeline._dir.write_schema(before[1])
                raise


def tables_by_resource(schema: Schema) -> dict[str, list[Table]]:
    """The tables of users' data by the resource that makes them, nested ones after those they hang on."""
    tables = {table["name"]: table for table in schema.data_tables(include_incomplete=True)}
    found: dict[str, list[Table]] = {}
    for table in tables.values():
        root = table
        while root.get("parent") in tables:
            root = tables[root["parent"]]
        found.setdefault(str(root.get("resource") or root["name"]), []).append(table)
    return found


def _pattern(resources: list[str]) -> re.Pattern[str] | None:
    if not resources:
        return None
    parts = [r.removeprefix("re:") if r.startswith("re:") else re.escape(r) for r in resources]
    # A pattern of the user's may match the begin of a name, as `re:^repo` does.
    found = [
        f"(?:{part})" if not resource.startswith("re:") else f"(?:{part}).*"
        for part, resource in zip(parts, resources, strict=True)
    ]
    return re.compile("|".join(found))


def _places(value: Any, steps: jsonpath.Path) -> list[list[str | int]]:
    """Where in nested data the path leads: a list of steps for each place."""
    if not steps:
        return [[]]
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        # All of a source's state is what it keeps beside its resources.
        keys: list[Any] = [k for k in table if k != "resources"] if step is None else [step] if step in table else []
        return [[key, *more] for key in keys for more in _places(table[key], rest)]
    if isinstance(value, list):
        items = cast("list[Any]", value)
        indexes = list(range(len(items))) if step is None else [step] if isinstance(step, int) else []
        return [[i, *more] for i in indexes if -len(items) <= i < len(items) for more in _places(items[i], rest)]
    return []


def _remove(value: Any, steps: list[str | int]) -> None:
    for step in steps[:-1]:
        value = value[step]
    del value[steps[-1]]
