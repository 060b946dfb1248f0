"""Tables of SQL databases: `sql_database("postgresql://...").with_resources("orders")`, or `sql_table(table="orders")`.

Mirrors `dlt.sources.sql_database`. Tables are reflected with SQLAlchemy, and an incremental becomes the query's `where`.
The default backend gives what dlt's gives. Where an Arrow driver for the database is installed (`adbc-driver-postgresql`,
`adbc-driver-sqlite`, or `duckdb` itself), rows that no Python step looks at travel as columns, and the tables are the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

from gristmill.exceptions import MissingDependencyException

try:
    from sqlalchemy.exc import InvalidRequestError
except ImportError:
    _feature = "`sql_database`"
    raise MissingDependencyException(_feature, ["sqlalchemy>=2"]) from None

from sqlalchemy.engine import Engine
from sqlalchemy.schema import MetaData

from gristmill.configuration import ConnectionStringCredentials
from gristmill.configuration.inject import ConfigValue, SecretValue
from gristmill.extract.decorators import resource, source
from gristmill.extract.incremental import Incremental

# Annotations are read when the functions are called, to fill arguments from configuration.
from gristmill.extract.resource import DltResource
from gristmill.sources.sql_database.credentials import (
    SqlTableResourceConfiguration,
    default_engine_adapter_callback,
    engine_from_credentials,
    must_be_there,
)
from gristmill.sources.sql_database.loaders import (
    BaseTableLoader,
    TableBackend,
    TableLoader,
    TQueryAdapter,
    TTableAdapter,
    get_table_loader_class,
    register_table_loader_backend,
)
from gristmill.sources.sql_database.reading import DEFAULT_BACKEND, adapted, missing_tables, reflected, table_rows
from gristmill.sources.sql_database.schema_types import ReflectionLevel, TTypeAdapter, table_to_resource_hints
from gristmill.sources.sql_database.table_adapters import remove_nullability_adapter

__source_name__ = "sql_database"
__all__ = [
    "BaseTableLoader",
    "ReflectionLevel",
    "SqlTableResourceConfiguration",
    "TQueryAdapter",
    "TTableAdapter",
    "TTypeAdapter",
    "TableBackend",
    "TableLoader",
    "engine_from_credentials",
    "get_table_loader_class",
    "register_table_loader_backend",
    "remove_nullability_adapter",
    "sql_database",
    "sql_table",
]

EngineAdapter = Callable[[Engine], Engine]


@source
def sql_database(
    credentials: ConnectionStringCredentials | Engine | str = SecretValue,
    schema: str | None = ConfigValue,
    metadata: MetaData | None = None,
    table_names: list[str] | None = ConfigValue,
    chunk_size: int = 50000,
    backend: TableBackend | str = "sqlalchemy",
    detect_precision_hints: bool | None = False,
    reflection_level: ReflectionLevel | None = "full",
    defer_table_reflect: bool | None = None,
    table_adapter_callback: TTableAdapter | None = None,
    backend_kwargs: dict[str, Any] | None = None,
    include_views: bool = False,
    type_adapter_callback: TTypeAdapter | None = None,
    query_adapter_callback: TQueryAdapter | None = None,
    resolve_foreign_keys: bool = False,
    engine_adapter_callback: EngineAdapter | None = None,
    engine_kwargs: dict[str, Any] | None = None,
    table_loader_class: type[BaseTableLoader] | None = None,
) -> Iterator[DltResource]:
    """One resource for each table of a schema, or for each of `table_names` (which may name views).

    Args:
        credentials: A connection string, credentials or an engine; by default `sources.sql_database.credentials`.
        schema: The schema to read; the database's default when None.
        metadata: Reflected tables that may be used again; its schema takes the place of `schema`.
        table_names: The tables to read; all of them when None.
        chunk_size: Rows in one page (default 50000).
        backend: `sqlalchemy` (dicts, the default), `pyarrow`, `pandas`, `connectorx`, `adbc`, or one you registered.
        detect_precision_hints: Deprecated: say `reflection_level="full_with_precision"`.
        reflection_level: `minimal` takes names, keys and nullability; `full` (default) also types; `full_with_precision`
            also their lengths.
        defer_table_reflect: Reflect each table only when it is read; needs `table_names`.
        table_adapter_callback: Gets each reflected table, to change its columns or give a subquery in its stead.
        backend_kwargs: Arguments of the backend.
        include_views: Read views too.
        type_adapter_callback: Gives another SQLAlchemy type for a column's, or None to let the data tell.
        query_adapter_callback: Gets `(query, table)` or `(query, table, incremental, engine)` and gives the query to run.
        resolve_foreign_keys: Make foreign keys `references` hints.
        engine_adapter_callback: Gets each engine before it is used.
        engine_kwargs: Arguments for `sqlalchemy.create_engine`.
        table_loader_class: Your own subclass of `BaseTableLoader` or `TableLoader`.

    Raises:
        TableNotFound: a table or the schema is not there; a hint names those that are close.

    >>> import os, sqlite3, tempfile
    >>> file = os.path.join(tempfile.mkdtemp(), "shop.db")
    >>> shop = sqlite3.connect(file)
    >>> _ = shop.execute("create table orders (id integer primary key, sum real)")
    >>> _ = shop.execute("insert into orders values (1, 9.5)"); shop.commit(); shop.close()
    >>> list(sql_database(f"sqlite:///{file}"))
    [{'id': 1, 'sum': 9.5}]

    """
    level = _level(reflection_level, detect_precision_hints)
    if defer_table_reflect and not table_names:
        message = "tables are reflected when they are read (`defer_table_reflect`), so `table_names` must name them"
        raise ValueError(message)
    metadata = metadata if metadata is not None else MetaData(schema=schema)
    engine = _engine(credentials, metadata, chunk_size, engine_adapter_callback, engine_kwargs, owned=False)
    found: list[tuple[str | None, str]]
    if defer_table_reflect:
        found = [(schema, name) for name in table_names or ()]
    else:
        try:
            found = _reflect(engine, metadata, table_names, views=include_views, foreign_keys=resolve_foreign_keys)
        finally:
            # Each table makes an engine of its own; one that was given is its owner's to close.
            if not isinstance(credentials, Engine):
                engine.dispose()
    for table_schema, name in found:
        yield sql_table(
            credentials=credentials,
            table=name,
            schema=table_schema,
            metadata=metadata,
            chunk_size=chunk_size,
            backend=backend,
            reflection_level=level,
            defer_table_reflect=defer_table_reflect,
            table_adapter_callback=table_adapter_callback,
            backend_kwargs=backend_kwargs,
            type_adapter_callback=type_adapter_callback,
            query_adapter_callback=query_adapter_callback,
            resolve_foreign_keys=resolve_foreign_keys,
            engine_adapter_callback=engine_adapter_callback,
            engine_kwargs=engine_kwargs,
            table_loader_class=table_loader_class,
        )


def _named(arguments: dict[str, Any]) -> str:
    return str(arguments["table"])


@resource(name=_named, spec=SqlTableResourceConfiguration)
def sql_table(
    credentials: ConnectionStringCredentials | Engine | str = SecretValue,
    table: str = ConfigValue,
    schema: str | None = ConfigValue,
    metadata: MetaData | None = None,
    incremental: Incremental[Any] | None = None,
    chunk_size: int = 50000,
    backend: TableBackend | str = "sqlalchemy",
    detect_precision_hints: bool | None = None,
    reflection_level: ReflectionLevel | None = "full",
    defer_table_reflect: bool | None = None,
    table_adapter_callback: TTableAdapter | None = None,
    backend_kwargs: dict[str, Any] | None = None,
    type_adapter_callback: TTypeAdapter | None = None,
    included_columns: list[str] | None = None,
    excluded_columns: list[str] | None = None,
    query_adapter_callback: TQueryAdapter | None = None,
    resolve_foreign_keys: bool = False,
    engine_adapter_callback: EngineAdapter | None = None,
    write_disposition: Any = "append",
    primary_key: Any = None,
    merge_key: Any = None,
    engine_kwargs: dict[str, Any] | None = None,
    table_loader_class: type[BaseTableLoader] | None = None,
) -> DltResource:
    """One table or view as a resource; arguments that `sql_database` has too mean the same here.

    Args:
        credentials: A connection string, credentials or an engine.
        table: The name of the table or view.
        schema: Its schema; the database's default when None.
        metadata: Reflected tables that may be used again.
        incremental: A cursor column to follow; its range becomes the query's `where`.
        chunk_size: Rows in one page.
        backend: What reads the table.
        detect_precision_hints: Deprecated.
        reflection_level: How much of the columns is taken over.
        defer_table_reflect: Reflect the table when it is read.
        table_adapter_callback: Changes the reflected table.
        backend_kwargs: Arguments of the backend.
        type_adapter_callback: Changes the types of columns.
        included_columns: Read only these columns.
        excluded_columns: Do not read these columns.
        query_adapter_callback: Changes the query.
        resolve_foreign_keys: Make foreign keys `references` hints.
        engine_adapter_callback: Gets the engine before it is used.
        write_disposition: How rows meet those that are there (default `append`).
        primary_key: Takes the place of the reflected one.
        merge_key: The columns by which rows are replaced together.
        engine_kwargs: Arguments for `sqlalchemy.create_engine`.
        table_loader_class: Your own loader.

    Raises:
        TableNotFound: the table is not there.

    """
    level = _level(reflection_level, detect_precision_hints)
    metadata = metadata if metadata is not None else MetaData(schema=schema)
    engine = _engine(credentials, metadata, chunk_size, engine_adapter_callback, engine_kwargs, owned=True)
    known: Any = metadata.tables.get(f"{metadata.schema}.{table}" if metadata.schema else table)
    if known is None and not defer_table_reflect:
        known = reflected(engine, table, metadata, resolve_foreign_keys=resolve_foreign_keys)
    hints: dict[str, Any] = {}
    if known is not None:
        if not defer_table_reflect:
            known = adapted(known, table_adapter_callback, included_columns, excluded_columns)
        nested_become_tables = backend == DEFAULT_BACKEND
        hints.update(
            table_to_resource_hints(known, level, type_adapter_callback, nested_become_tables, resolve_foreign_keys)
        )
    if not hints.get("references"):
        hints.pop("references", None)
    if primary_key:
        hints["primary_key"] = [primary_key] if isinstance(primary_key, str) else list(primary_key)
    made = resource(
        cast("Any", table_rows),
        name=str(table),
        write_disposition=write_disposition or "append",
        merge_key=merge_key,
        **hints,
    )
    return made(
        engine,
        known if known is not None else table,
        metadata,
        chunk_size,
        backend,
        incremental=incremental,
        table_adapter_callback=table_adapter_callback,
        reflection_level=level,
        backend_kwargs=backend_kwargs,
        type_adapter_callback=type_adapter_callback,
        included_columns=included_columns,
        excluded_columns=excluded_columns,
        query_adapter_callback=query_adapter_callback,
        resolve_foreign_keys=resolve_foreign_keys,
        table_loader_class=table_loader_class,
    )


def _level(level: ReflectionLevel | None, detect_precision_hints: bool | None) -> ReflectionLevel:
    if detect_precision_hints:
        message = "`detect_precision_hints` is deprecated: say `reflection_level='full_with_precision'`"
        warnings.warn(message, DeprecationWarning, stacklevel=3)
    return "full_with_precision" if detect_precision_hints else level or "minimal"


def _engine(
    credentials: Any,
    metadata: MetaData,
    chunk_size: int,
    adapter: EngineAdapter | None,
    options: dict[str, Any] | None,
    *,
    owned: bool,
) -> Engine:
    engine = engine_from_credentials(credentials, may_dispose_after_use=owned, **(options or {}))
    engine = engine.execution_options(stream_results=True, max_row_buffer=2 * chunk_size)
    # Settings of one's own are SQLAlchemy's to follow.
    engine.may_use_arrow = not isinstance(credentials, Engine) and adapter is None and not options  # pyright: ignore[reportAttributeAccessIssue]
    engine.may_dispose_after_use = owned and not isinstance(credentials, Engine)  # pyright: ignore[reportAttributeAccessIssue]
    if adapter is not None:
        engine = adapter(engine)
    default_engine_adapter_callback(engine, metadata)
    return engine


def _reflect(
    engine: Engine, metadata: MetaData, names: list[str] | None, *, views: bool, foreign_keys: bool
) -> list[tuple[str | None, str]]:
    must_be_there(engine)
    try:
        # Views that are named are read whether or not views are asked for.
        metadata.reflect(bind=engine, views=views or bool(names), only=names or None, resolve_fks=foreign_keys)
    except InvalidRequestError as error:
        if names is None:
            raise
        raise missing_tables(engine, names, metadata.schema) from error
    # Foreign keys bring tables that nobody asked for.
    return [(t.schema, t.name) for t in metadata.tables.values() if names is None or t.name in names]
