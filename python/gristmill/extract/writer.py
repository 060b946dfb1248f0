"""Brings finished items to the core: in batches, each with the hints of its table.

Items of one table keep their order. A batch goes over when it is full, when the hints change, or when items of another
kind (frames, files) come for the same table.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, cast

from gristmill.exceptions import DataValidationError, FileNotReadable
from gristmill.extract.items import (
    BytesPage,
    ColumnPage,
    FileItem,
    HintsMeta,
    MaterializedEmptyList,
    TableNameMeta,
    is_arrow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from gristmill import _core
    from gristmill.extract.resource import DltResource
    from gristmill.schema import Schema

BATCH_ITEMS = 5000

Hints = dict[str, Any]


def contract_broken(schema: Schema, error: _core.GristmillError) -> DataValidationError:
    """What the core refused, as the error that users of dlt catch."""
    table_name = error.about["table_name"]
    table = schema.tables.get(table_name, {})
    return DataValidationError(
        str(error),
        schema_name=schema.name,
        table_name=table_name,
        column_name=error.about["column_name"] or None,
        schema_entity=error.about["schema_entity"],
        contract_mode="freeze",
        table_schema=table,
        schema_contract=table.get("schema_contract") or schema.schema_contract,
        data_item=None,
    )


def quarantine_of(hints: Hints) -> Hints:
    """The hints of the table for records that could not be read; it is replaced with its table, and else only grows."""
    columns = {"file": "text", "line": "bigint", "byte": "bigint", "error": "text", "text": "text"}
    replaced = hints.get("write_disposition") == "replace"
    return {
        "name": f"{hints['name']}__quarantine",
        "columns": {name: {"name": name, "data_type": kind, "nullable": True} for name, kind in columns.items()},
        "resource": hints.get("resource"),
        "write_disposition": "replace" if replaced else "append",
    }


class TableWriter:
    """Items of one source on their way into one package."""

    def __init__(
        self,
        extract: _core.Extract,
        schema: Schema,
        on_rows: Callable[[str, int], None],
        buffer_max_items: int = BATCH_ITEMS,
    ) -> None:
        self._extract = extract
        self._schema = schema
        self._on_rows = on_rows
        self._buffer_max_items = max(1, buffer_max_items)
        self._batches: dict[str, tuple[Hints, list[Any]]] = {}
        self._hints: dict[tuple[str, str | None], Hints] = {}
        self._empty: dict[str, Hints] = {}
        # Hints by identity, which are held by `_hints` or here as long as they are in use.
        self._met: dict[int, Hints] = {}
        self.tables: set[str] = set()
        self.touched = False
        self.rows_by_resource: dict[str, int] = {}

    def write(self, resource: DltResource, data: Any, meta: Any) -> None:
        """Take what came out of a resource's pipe."""
        if isinstance(meta, HintsMeta) and meta.hints:
            resource.merge_hints(meta.hints, create_table_variant=meta.create_table_variant)
            if meta.create_table_variant:
                meta = TableNameMeta(meta.hints["table_name"])
            self._forget(resource.name)
        if isinstance(data, BytesPage) and not resource.has_dynamic_table_name:
            self._bytes(resource, self._static_hints(resource, meta), data)
            return
        items: list[Any] = cast("list[Any]", data) if isinstance(data, list) else [data]
        if isinstance(data, MaterializedEmptyList):
            hints = self._static_hints(resource, meta)
            self._empty[self._schema.core.normalize_table_identifier(hints["name"])] = hints
            return
        if resource.has_dynamic_table_name:
            for item in items:
                self._add(resource, self._dynamic_hints(resource, item), [item])
        else:
            hints = self._static_hints(resource, meta)
            if items:
                self._add(resource, hints, items)
            else:
                # No row, and yet the table is known from now on.
                self._declare(hints)

    def declared(self) -> Iterator[tuple[str, set[str]]]:
        """The tables that items went to, with the columns that hints name."""
        core = self._schema.core
        for hints in self._hints.values():
            columns = {core.normalize_identifier(name) for name in hints.get("columns") or ()}
            yield core.normalize_table_identifier(hints["name"]), columns

    def _forget(self, resource_name: str) -> None:
        for key in [k for k in self._hints if k[0] == resource_name]:
            del self._hints[key]

    def _static_hints(self, resource: DltResource, meta: Any) -> Hints:
        name = meta.table_name if isinstance(meta, TableNameMeta) else None
        key = (resource.name, name)
        if key not in self._hints:
            self._hints[key] = resource.compute_table_schema(None, meta)
            self._announce_nested(resource, self._hints[key], None, meta)
        return self._hints[key]

    def _dynamic_hints(self, resource: DltResource, item: Any) -> Hints:
        name = str(resource._table_name_hint_fun(item)) if resource._table_name_hint_fun else None
        key = (resource.name, name)
        if key not in self._hints or resource.has_other_dynamic_hints:
            meta = TableNameMeta(name) if name is not None else None
            hints = resource.compute_table_schema(item, meta)
            if self._hints.get(key) != hints:
                self._hints[key] = hints
                self._announce_nested(resource, hints, item, meta)
        return self._hints[key]

    def _announce_nested(self, resource: DltResource, hints: Hints, item: Any, meta: Any) -> None:
        # Those of one table for all items were announced before the first item came.
        template, _ = resource._template(meta)
        nested = (template or {}).get("nested_hints")
        if not nested:
            return
        if not (callable(nested) or resource.has_dynamic_table_name or meta is not None):
            return
        tables = resource.compute_nested_tables(hints["name"], item, meta)
        if tables:
            self._extract.announce(hints)
        for path, table in tables:
            parent = self._schema.naming.normalize_path("__".join(path[:-1]))
            self._extract.announce({"parent": parent, **table, "name": "__".join(path)})

    def _declare(self, hints: Hints) -> None:
        # A contract meets the hints before the first item: what it refuses then, no item is to blame for.
        if id(hints) in self._met:
            return
        self._met[id(hints)] = hints
        with self._meeting_contract():
            self._extract.items(hints, [])

    @contextlib.contextmanager
    def _meeting_contract(self) -> Generator[None]:
        from gristmill import _core

        try:
            yield
        except _core.GristmillError as error:
            if error.kind != "contract":
                raise
            raise contract_broken(self._schema, error) from error

    def _add(self, resource: DltResource, hints: Hints, items: list[Any]) -> None:
        name = hints["name"]
        waiting = self._batches.get(name)
        if waiting is not None and waiting[0] is not hints:
            self._flush(name)
        first = items[0]
        # A frame declares its table itself: the order of the columns is its own.
        is_frame = type(first) is not dict and is_arrow(first)
        if not is_frame:
            self._declare(hints)
        self.tables.add(self._schema.core.normalize_table_identifier(name))
        if type(first) is not dict and isinstance(first, ColumnPage):
            for page in items:
                self._page(resource, hints, page)
            return
        if is_frame or isinstance(first, FileItem):
            self._flush(name)
            self.touched = True
            # The columns of a table are known before its rows, and so is what a contract says of them.
            with self._meeting_contract():
                if isinstance(first, FileItem):
                    self._counted(resource, name, self._files(hints, items))
                else:
                    for item in items:
                        self._counted(resource, name, self._extract.arrow(hints, item))
            return
        waiting = self._batches.get(name)
        if waiting is None:
            waiting = self._batches[name] = (hints, [])
        waiting[1].extend(items)
        self._counted(resource, name, len(items))
        if len(waiting[1]) >= self._buffer_max_items:
            self._flush(name)

    def _bytes(self, resource: DltResource, hints: Hints, page: BytesPage) -> None:
        if not len(page):
            return
        name = hints["name"]
        self.tables.add(self._schema.core.normalize_table_identifier(name))
        self._flush(name)
        self.touched = True
        self._counted(
            resource, name, self._extract.page(hints, page.answer, page.steps, page.origin, page.constants or None)
        )

    def _page(self, resource: DltResource, hints: Hints, page: ColumnPage) -> None:
        self._flush(hints["name"])
        self.touched = True
        columns = page.columns()
        if columns is None or self._extract.rows(hints, columns) is None:
            self._extract.items(hints, page.rows())
        self._counted(resource, hints["name"], len(page))

    def _files(self, hints: Hints, items: list[FileItem]) -> int:
        from gristmill import _core

        # Those that set broken records aside have a table for them.
        rejected = quarantine_of(hints) if any(item.options.get("quarantine") for item in items) else None
        if rejected is not None and rejected["write_disposition"] == "replace":
            self._extract.materialize(rejected)
        try:
            return self._extract.files(hints, [(item.description(), item.content) for item in items], rejected)
        except _core.GristmillError as error:
            if error.kind not in ("data", "io", "file-not-found", "config"):
                raise
            # To read a file is to extract, though the core flattens its rows on the way.
            problem = FileNotReadable(str(error))
            problem.file, problem.line, problem.column, problem.hint = error.file, error.line, error.column, error.hint
            raise problem from error

    def set_aside(self, resource: DltResource, rows: list[Any]) -> None:
        """Put records that could not be read into the table beside."""
        hints = quarantine_of(self._static_hints(resource, None))
        self.touched |= self._extract.items(hints, rows)

    def _counted(self, resource: DltResource, table: str, rows: int) -> None:
        self.rows_by_resource[resource.name] = self.rows_by_resource.get(resource.name, 0) + rows
        self._on_rows(table, rows)

    def _flush(self, name: str) -> None:
        waiting = self._batches.pop(name, None)
        if waiting is not None and waiting[1]:
            # A load whose rows a contract leaves out is a load; one whose tables it keeps out is none.
            self.touched |= self._extract.items(waiting[0], waiting[1])

    def finish(self) -> None:
        """Hand over what waits, and the tables that were asked for without rows."""
        for name in list(self._batches):
            self._flush(name)
        for hints in self._empty.values():
            # A table that got rows is there already; one whose file was empty is not.
            self.touched = True
            self._extract.materialize(hints)
