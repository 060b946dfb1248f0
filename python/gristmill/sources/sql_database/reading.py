"""The rows of one table, as they run: reflect it if that was put off, choose what reads it, yield its pages."""

from __future__ import annotations

import logging

# Annotations of `table_rows` are read when it is made a resource: its incremental is found by them.
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.engine import Engine
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.schema import MetaData, Table

from gristmill import context, current
from gristmill.extract.columns import merged_columns
from gristmill.extract.hints import make_hints
from gristmill.extract.incremental import Incremental
from gristmill.extract.resource import with_hints
from gristmill.sources.sql_database.arrow_lane import pages_or_none
from gristmill.sources.sql_database.credentials import must_be_there
from gristmill.sources.sql_database.errors import ColumnNotFound, not_found, suggestion
from gristmill.sources.sql_database.loaders import (
    BaseTableLoader,
    TQueryAdapter,
    TTableAdapter,
    get_table_loader_class,
    read,
)
from gristmill.sources.sql_database.schema_types import (
    ReflectionLevel,
    TTypeAdapter,
    default_table_adapter,
    table_to_resource_hints,
)

if TYPE_CHECKING:
    from gristmill.extract.resource import DltResource

_log = logging.getLogger("gristmill")
DEFAULT_BACKEND = "sqlalchemy"


def reflected(engine: Engine, name: str, metadata: MetaData, *, resolve_foreign_keys: bool) -> Table:
    """The table as the database describes it; an error suggests names when there is none."""
    must_be_there(engine)
    try:
        return Table(name, metadata, autoload_with=engine, resolve_fks=resolve_foreign_keys)
    except NoSuchTableError as error:
        if str(error) != name:
            # A table that a foreign key leads to.
            raise
        raise missing_tables(engine, [name], metadata.schema) from None


def missing_tables(engine: Engine, names: list[str], schema: str | None) -> Any:
    """The error for tables that are not there."""
    import sqlalchemy as sa

    inspector = sa.inspect(engine)
    where = f"schema `{schema}`" if schema else "the database"
    try:
        known = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        schemas: list[str] = [] if known else inspector.get_schema_names()
    except SQLAlchemyError:
        known, schemas = [], inspector.get_schema_names()
    return not_found([n for n in names if n not in known], known, where, schemas)


def adapted(table: Table, adapter: TTableAdapter | None, included: list[str] | None, excluded: list[str] | None) -> Any:
    """The table with the columns that are wanted, or what the adapter makes of it."""
    known = [column.name for column in table.columns]
    for name in [*(included or ()), *(excluded or ())]:
        if name not in known:
            hint = suggestion([name], known)
            _log.warning("table `%s` has no column `%s`%s", table.name, name, f"; {hint}" if hint else "")
    if included and not set(included) & set(known):
        named = ", ".join(f"`{name}`" for name in included)
        message = f"table `{table.name}` has none of the columns {named} to read"
        raise ColumnNotFound(message, hint=suggestion(included, known))
    default_table_adapter(table, included, excluded)
    made = adapter(table) if adapter is not None else None
    return table if made is None else made


def table_rows(
    engine: Engine,
    table: Any,
    metadata: MetaData,
    chunk_size: int,
    backend: str,
    incremental: Incremental[Any] | None = None,
    table_adapter_callback: TTableAdapter | None = None,
    reflection_level: ReflectionLevel = "full",
    backend_kwargs: dict[str, Any] | None = None,
    type_adapter_callback: TTypeAdapter | None = None,
    included_columns: list[str] | None = None,
    excluded_columns: list[str] | None = None,
    query_adapter_callback: TQueryAdapter | None = None,
    resolve_foreign_keys: bool = False,
    table_loader_class: type[BaseTableLoader] | None = None,
) -> Iterator[Any]:
    """Yield the pages of a table, which is a `Table`, or its name when it is reflected only now."""
    resource: DltResource | None = current.resource() if context.source.get() is not None else None

    def hints_of(table: Table) -> dict[str, Any]:
        nested_become_tables = backend == DEFAULT_BACKEND
        return cast(
            "dict[str, Any]",
            table_to_resource_hints(
                table, reflection_level, type_adapter_callback, nested_become_tables, resolve_foreign_keys
            ),
        )

    if isinstance(table, str):
        found = reflected(engine, table, metadata, resolve_foreign_keys=resolve_foreign_keys)
        table = adapted(found, table_adapter_callback, included_columns, excluded_columns)
        hints = hints_of(table)
        if not hints.get("references"):
            hints.pop("references", None)
        if resource is not None and hints["columns"] and not callable(resource.columns):
            hints["columns"] = merged_columns(hints["columns"], resource.columns or {})
        # Without items, the note alone makes the table's hints known.
        yield with_hints([], make_hints(**hints))
        columns = hints["columns"]
    elif resource is None or callable(resource.columns):
        columns = hints_of(table)["columns"]
    else:
        columns = resource.columns
    names = {column.name for column in table.columns}
    unknown = [name for name in columns if name not in names]
    if unknown:
        _log.warning(
            "table `%s`: hints for %s are not used, there are no such columns; columns go by the names that the database"
            " gives them",
            table.name,
            ", ".join(f"`{name}`" for name in unknown),
        )
    loader_class = table_loader_class or get_table_loader_class(backend)
    loader = loader_class(
        engine,
        cast("Any", backend),
        table,
        {name: hints for name, hints in columns.items() if name in names},
        incremental=incremental,
        chunk_size=chunk_size,
        limit=resource.limit if resource is not None else None,
        query_adapter_callback=query_adapter_callback,
    )
    try:
        columnar = pages_or_none(loader, resource) if backend == DEFAULT_BACKEND else None
        yield from read(loader, backend_kwargs) if columnar is None else columnar
    finally:
        # An engine that was made for this table alone goes with it.
        if getattr(engine, "may_dispose_after_use", False):
            engine.dispose()
