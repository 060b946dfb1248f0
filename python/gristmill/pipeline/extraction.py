"""One `extract`: sources drawn item by item into packages, one package for each schema, all of them or none."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gristmill import context, names
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import DataValidationError, refused
from gristmill.extract.iterator import PipeIterator
from gristmill.extract.state import reset_resource_state
from gristmill.extract.steps import ItemTransform
from gristmill.extract.writer import BATCH_ITEMS, TableWriter, contract_broken
from gristmill.load_info import TableMetrics
from gristmill.pipeline.normalizers import nested_as_asked
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gristmill import _core
    from gristmill.destinations.destination import Destination
    from gristmill.extract.resource import DltResource
    from gristmill.extract.source import DltSource
    from gristmill.pipeline.refresh import Refresh

Dict = dict[str, Any]

# Items of a generator travel together: what is done for each costs more than the item itself.
ITEMS_AT_ONCE = 1000


class CoreFailed(Exception):
    """An error of the core, told apart from those of the user's own code: the data broke a rule."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass
class Package:
    """A package being written for one schema."""

    load_id: str
    schema: Schema
    extract: _core.Extract
    metrics: list[Dict] = field(default_factory=list[Dict])
    description: Dict = field(default_factory=dict[str, Any])
    sends_state: bool = False
    touched: bool = False
    declared: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """The columns of each table that hints name."""
    state: Dict = field(default_factory=dict[str, Any])
    """What resources note in `dlt.current.load_package_state` while the package is extracted."""

    @property
    def described(self) -> Dict:
        """What `dlt.current.load_package_state` gives."""
        return {"load_id": self.load_id, "state": self.state}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to load: no row, and no table that must exist or be emptied."""
        return not self.touched and not any(self.extract.row_counts.values())


class Extraction:
    """The packages of one `extract`; commit them together or abort them."""

    def __init__(self, packages_dir: Path, stored: Callable[[str], Schema | None], collector: Any) -> None:
        self._packages_dir = packages_dir
        self._stored = stored
        self._collector = collector
        self.packages: dict[str, Package] = {}
        self.schemas_only: list[Package] = []
        """Those with nothing to load, whose hints are remembered all the same."""
        self.refresh: Refresh | None = None
        self.place: Destination | None = None
        self.follows: tuple[str, str] | None = None
        """The dataset, and the version hash of the newest state that it held when this began; None when nobody looked."""

    def package_for(self, schema: Schema, source: DltSource | None = None) -> Package:
        """The package of a schema: what the pipeline knows of it, with the source's own hints laid over."""
        from gristmill import _core

        if schema.name not in self.packages:
            known = self._stored(schema.name)
            cleared = self.refresh.apply(known) if self.refresh is not None and known is not None else None
            if cleared is not None:
                known = cleared.schema
            following = schema.clone() if known is None else known.clone()
            following.update_normalizers(None if self.place is None else self.place.naming_convention)
            merged = following if known is None else _laid_over(following, schema)
            merged = nested_as_asked(merged, self.place)
            for resource in source.resources.selected.values() if source is not None else ():
                _announce_nested(merged, resource)
            load_id = names.new_load_id()
            extract = _core.Extract(str(self._packages_dir), load_id, merged.core, _options())
            self.packages[schema.name] = Package(load_id, merged, extract)
            if self.follows is not None:
                extract.follows(*self.follows)
            if cleared is not None and (cleared.drop or cleared.empty):
                extract.refresh(cleared.drop, cleared.empty)
                self.packages[schema.name].touched = True
        return self.packages[schema.name]

    def draw(self, source: DltSource, *, workers: int, max_parallel_items: int, next_item_mode: Any) -> None:
        """Take all items of a source."""
        package = self.package_for(source.schema, source)
        source.schema = package.schema
        source.is_extracted = True
        started = dt.datetime.now(dt.UTC)
        sections = context.Sections(None, ("sources", source.section or "", source.name), source.name)
        with contextlib.ExitStack() as stack:
            stack.enter_context(context.using(context.load_package, package.described))
            stack.enter_context(context.using(context.source, source))
            stack.enter_context(context.using(context.source_schema, package.schema))
            stack.enter_context(context.in_sections(sections))
            stack.enter_context(self._collector(f"Extract {source.name}"))
            for resource in source.resources.extracted:
                if resource.write_disposition == "replace":
                    reset_resource_state(resource.name)
            buffered = _buffer_max_items()
            writer = TableWriter(package.extract, package.schema, self._collector.update, buffered)
            rejected: list[tuple[Any, list[Any]]] = []
            stack.enter_context(context.using(context.rejected, rejected))
            pipes = stack.enter_context(
                PipeIterator(
                    source.resources.selected_pipes,
                    workers=workers,
                    max_parallel_items=max_parallel_items,
                    next_item_mode=next_item_mode,
                    items_at_once=min(ITEMS_AT_ONCE, buffered),
                )
            )
            total = left = pipes.generators_left
            self._collector.update("Resources", 0, total)
            for item in pipes:
                writer_of = source.resources.with_pipe(item.pipe)
                with _core_errors(package.schema):
                    writer.write(writer_of, item.data, item.meta)
                    self._set_aside(source, writer, rejected)
                if pipes.generators_left < left:
                    self._collector.update("Resources", left - pipes.generators_left)
                    left = pipes.generators_left
            with _core_errors(package.schema):
                self._set_aside(source, writer, rejected)
                writer.finish()
                self._empty_replaced(source, package, writer)
            self._collector.update("Resources", max(left, 0))
        package.touched |= writer.touched
        for table, columns in writer.declared():
            package.declared.setdefault(table, set()).update(columns)
        package.metrics.append(_metrics(source, package, writer, started))

    def _set_aside(self, source: DltSource, writer: TableWriter, rejected: list[tuple[Any, list[Any]]]) -> None:
        # Records that no reader could read pass by the steps of its pipe.
        while rejected:
            pipe, rows = rejected.pop(0)
            writer.set_aside(source.resources.with_pipe(pipe), rows)

    def _empty_replaced(self, source: DltSource, package: Package, writer: TableWriter) -> None:
        # A table that is to be replaced and gets no row is emptied.
        tables = package.schema.data_tables(seen_data_only=True)
        for resource in source.selected_resources.values():
            disposition = resource.write_disposition
            if isinstance(disposition, dict):
                disposition = disposition.get("disposition")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
            if disposition != "replace":
                continue
            for table in tables:
                is_root = table.get("resource") == resource.name and not table.get("parent")
                if is_root and table["name"] not in writer.tables:
                    writer.touched = True
                    package.extract.materialize(
                        {
                            "name": table["name"],
                            "columns": {},
                            "resource": resource.name,
                            "write_disposition": "replace",
                        }
                    )

    def commit(self, state: Dict | None, state_schema: str | None) -> None:
        """Make the packages visible; the state travels with the one of the pipeline's own schema, last."""
        for name, package in list(self.packages.items()):
            if package.is_empty and (state is None or name != state_schema):
                package.extract.commit_schema()
                self.schemas_only.append(self.packages.pop(name))
        ordered = sorted(self.packages.values(), key=lambda p: p.schema.name == state_schema)
        if len(ordered) > 1:
            # One state speaks of all of them, so they count together or not at all.
            load_ids = [package.load_id for package in ordered]
            for package in ordered:
                package.extract.together(load_ids)
        for package in ordered:
            package.sends_state = state is not None and package.schema.name == state_schema
            package.description = package.extract.commit(state if package.sends_state else None)
        self.packages = {package.schema.name: package for package in ordered}

    def abort(self) -> None:
        """Leave nothing behind."""
        for package in self.packages.values():
            with contextlib.suppress(Exception):
                # What cannot be removed now is removed when the folder is next looked at.
                package.extract.abort()


@contextlib.contextmanager
def _core_errors(schema: Schema) -> Any:
    from gristmill import _core

    try:
        yield
    except _core.GristmillError as error:
        if (known := refused(schema.name, error)) is not None:
            raise CoreFailed(known) from error
        if error.kind != "contract":
            raise CoreFailed(error) from error
        try:
            raise contract_broken(schema, error) from error
        except DataValidationError as broken:
            # Two steps up the chain of contexts, which is where users of dlt look for it.
            raise CoreFailed(broken) from broken


def _options() -> Dict:
    options: Dict = {}
    with context.in_sections(context.Sections(sections=("normalize",))):
        for name, option in (("add_dlt_load_id", "arrow_load_id"), ("add_dlt_id", "arrow_row_id")):
            found = lookup(name, embedded=("parquet_normalizer",)).value
            if found is not None:
                options[option] = coerced(name, found, bool)
        if lookup("lossy").value == "dlt":
            options["lossy_as_dlt"] = True
    return options


def _announce_nested(schema: Schema, resource: DltResource) -> None:
    # Hints of child tables must be known before the first row makes the table.
    if not resource.nested_hints or callable(resource.nested_hints) or resource.has_dynamic_table_name:
        return
    root = resource.compute_table_schema()
    tables = resource.compute_nested_tables(root["name"])
    schema.update_table(root)
    for path, table in tables:
        parent = "__".join(path[:-1])
        schema.update_table({"parent": schema.naming.normalize_path(parent), **table, "name": "__".join(path)})


def _laid_over(known: Schema, schema: Schema) -> Schema:
    stored, source = known.to_dict(), schema.to_dict()
    config = {
        **((stored.get("normalizers") or {}).get("json", {}).get("config") or {}),
        **((source.get("normalizers") or {}).get("json", {}).get("config") or {}),
    }
    if config:
        stored["normalizers"]["json"]["config"] = config
    # What the code of a source does not say any more is over.
    stored["settings"] = source.get("settings") or {}
    merged = Schema.from_dict(stored)
    for name, table in source["tables"].items():
        if not name.startswith("_dlt"):
            columns = {n: {**c, "name": n} for n, c in (table.get("columns") or {}).items()}
            merged.update_table({**table, "name": name, "columns": columns})
    return merged


def _metrics(source: DltSource, package: Package, writer: TableWriter, started: dt.datetime) -> Dict:
    now = dt.datetime.now(dt.UTC)
    resources: dict[str, TableMetrics] = {}
    for name, resource in source.selected_resources.items():
        custom = dict(resource.custom_metrics)
        for step in resource._pipe.steps:
            if isinstance(step, ItemTransform):
                custom.update(step.custom_metrics)
        rows = writer.rows_by_resource.get(name, 0)
        if rows or custom:
            resources[name] = TableMetrics("", rows, 0, started.timestamp(), now.timestamp(), custom)
    tables = {
        table: TableMetrics("", rows, 0, started.timestamp(), now.timestamp())
        for table, rows in package.extract.row_counts.items()
        if table in writer.tables
    }
    return {
        "started_at": started,
        "finished_at": now,
        "schema_name": source.schema.name,
        "table_metrics": tables,
        "resource_metrics": resources,
        "dag": source.resources.selected_dag,
        "hints": {name: _shown(resource._hints or {}) for name, resource in source.selected_resources.items()},
    }


def _shown(hints: Dict) -> Dict:
    hidden = ("validator", "original_columns", "columns", "x-normalizer")
    return {
        name: getattr(value, "__name__", "function")
        if callable(value)
        else dict(value)
        if name == "incremental"
        else value
        for name, value in hints.items()
        if name not in hidden and value is not None
    }


def _buffer_max_items() -> int:
    """How many items of a table wait in Python before they are flattened: `data_writer.buffer_max_items`, as in dlt."""
    found = lookup("buffer_max_items", embedded=("data_writer",)).value
    return BATCH_ITEMS if found is None else coerced("buffer_max_items", found, int)
