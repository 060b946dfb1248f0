"""Tables read as columns: PostgreSQL and SQLite through ADBC, DuckDB through its own module.

A lane is chosen where nothing in Python looks at the rows, and given up, with a line in the log at debug level, where a
driver is missing or a column has a type that would not come out as it does through SQLAlchemy.
"""

from __future__ import annotations

import contextlib
import copy
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeDecorator

from gristmill import context
from gristmill.exceptions import MissingDependencyException
from gristmill.extract.incremental import Incremental, IncrementalResourceWrapper
from gristmill.sources.sql_database.arrow_helpers import pyarrow
from gristmill.sources.sql_database.column_page import SqlPage
from gristmill.sources.sql_database.column_types import way_of
from gristmill.sources.sql_database.errors import TableNotRead, not_read
from gristmill.sources.sql_database.loaders import TABLE_LOADER_REGISTRY, BaseTableLoader, TableLoader
from gristmill.sources.sql_database.schema_types import reflected_type

if TYPE_CHECKING:
    from gristmill.extract.resource import DltResource
    from gristmill.sources.sql_database.column_types import Way

_log = logging.getLogger("gristmill")
_DRIVERS = {"postgresql": "adbc_driver_postgresql", "sqlite": "adbc_driver_sqlite", "duckdb": "duckdb"}


class NoLane(Exception):
    """Why a table cannot be read as columns."""


@dataclass
class Stream:
    """Batches that come, and the way of each column."""

    batches: Iterator[Any]
    ways: list[Way]
    close: contextlib.ExitStack


class ArrowTableLoader(BaseTableLoader):
    """Reads through an Arrow driver, for the backend `adbc`: Arrow tables with the reflected types."""

    def load_rows(self, backend_kwargs: dict[str, Any] | None = None) -> Iterator[Any]:
        """Yield Arrow tables; columns of types that do not map are refused."""
        del backend_kwargs
        pa = pyarrow()
        try:
            stream = opened(self)
        except NoLane as reason:
            message = f"table `{self.table.name}` cannot be read with `backend='adbc'`: {reason}"
            hint = "leave `backend` out, and what is fastest for the table is chosen"
            raise TableNotRead(message, hint=hint) from reason
        for page in pages(self, stream):
            batch = page.columns()
            yield pa.Table.from_batches([batch]) if batch is not None else pa.Table.from_pylist(page.rows())


def pages_or_none(loader: BaseTableLoader, resource: DltResource | None) -> Iterator[SqlPage] | None:
    """The table's pages as columns, where that gives the same tables as rows would; None otherwise."""
    if reason := _seen(loader, resource):
        _log.debug("table `%s` is read by rows: %s", loader.table.name, reason)
        return None
    try:
        stream = opened(loader)
    except (NoLane, ImportError) as error:
        _log.debug("table `%s` is read by rows: %s", loader.table.name, error)
        return None
    return pages(loader, stream)


def _seen(loader: BaseTableLoader, resource: DltResource | None) -> str | None:
    """What in Python looks at the rows, if anything does."""
    pipe, source = context.pipe.get(), context.source.get()
    if type(loader) is not TableLoader or resource is None or pipe is None or not source.is_extracted:
        return "they are looked at in Python"
    if not getattr(loader.engine, "may_use_arrow", False):
        return "the engine is the user's own, or has settings of its own"
    steps = [step for step in list(pipe)[1:] if not isinstance(step, (Incremental, IncrementalResourceWrapper))]
    children = [
        p for p in source.resources.selected_pipes if p.parent is not None and p.parent.instance_id == pipe.instance_id
    ]
    if steps or children:
        return "steps in Python take them"
    if resource.has_dynamic_table_name or resource.has_other_dynamic_hints or callable(resource.columns):
        return "their table depends on them"
    if loader.incremental is not None and loader.incremental.last_value_func not in (min, max):
        return "the incremental has a function of its own"
    return None


def opened(loader: BaseTableLoader) -> Stream:
    """The table's stream; `NoLane` says why there is none."""
    kind = loader.engine.dialect.name
    if kind not in _DRIVERS:
        message = f"there is no Arrow driver for `{kind}`"
        raise NoLane(message)
    if any(isinstance(column.type, TypeDecorator) for column in loader.table.columns):
        message = "a column has a type that decorates its values"
        raise NoLane(message)
    _check_hints(loader)
    _bounds_agree(loader)
    query = loader.make_query()
    sql = _sql(loader, query)
    close = contextlib.ExitStack()
    try:
        reader = _open(kind, loader, query, sql, close)
        ways = _ways(loader, reader.schema, kind)
    except BaseException:
        close.close()
        raise
    return Stream(iter(reader), ways, close)


def _ways(loader: BaseTableLoader, schema: Any, kind: str) -> list[Way]:
    if len(set(schema.names)) != len(schema.names):
        message = "two columns have the same name"
        raise NoLane(message)
    ways: list[Way] = []
    for field in schema:
        way = way_of(loader.columns.get(field.name, {}), field.type, kind)
        if way is None:
            message = f"column `{field.name}` comes as `{field.type}`"
            raise NoLane(message)
        ways.append(way)
    return ways


def pages(loader: BaseTableLoader, stream: Stream) -> Iterator[SqlPage]:
    """The stream's batches that hold rows."""
    rows = 0
    with stream.close:
        while True:
            try:
                batch = next(stream.batches, None)
            except Exception as error:
                raise not_read(loader.table.name, rows, error) from error
            if batch is None:
                return
            if batch.num_rows:
                numbers = range(rows + 1, rows + batch.num_rows + 1)
                rows += batch.num_rows
                yield SqlPage(loader.table.name, batch, stream.ways, numbers)


def _check_hints(loader: BaseTableLoader) -> None:
    """A column that is declared as another type than its own is coerced value by value."""
    for column in loader.table.columns:
        own = (reflected_type(column.type, with_precision=False) or {}).get("data_type")
        declared = loader.columns.get(column.name, {}).get("data_type")
        if own != declared:
            message = f"column `{column.name}` is declared as `{declared or 'any type'}`"
            raise NoLane(message)


def _bounds_agree(loader: BaseTableLoader) -> None:
    column = loader.cursor_column
    for value in (loader.last_value, loader.end_value):
        zoned = getattr(value, "tzinfo", None) is not None
        if isinstance(getattr(column, "type", None), sa.DateTime) and hasattr(value, "tzinfo"):
            if zoned is not bool(column.type.timezone):
                message = "the cursor's column and the incremental differ in whether they name a time zone"
                raise NoLane(message)
        elif zoned:
            message = "the cursor is no time, and the incremental's start is"
            raise NoLane(message)


def _sql(loader: BaseTableLoader, query: Any) -> str:
    """The query with its values in it; percent signs stand for themselves, as no parameters follow."""
    dialect: Any = copy.copy(loader.engine.dialect)
    dialect.paramstyle = "named"
    dialect.positional = False
    dialect.identifier_preparer = dialect.preparer(dialect)
    try:
        return str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except (CompileError, NotImplementedError, ValueError, TypeError) as error:
        message = f"the query cannot be written with its values in it: {error}"
        raise NoLane(message) from error


def _open(kind: str, loader: BaseTableLoader, query: Any, sql: str, close: contextlib.ExitStack) -> Any:
    if kind == "duckdb":
        return _open_duckdb(loader, sql, close)
    url = loader.engine.url
    if kind == "sqlite":
        _check_sqlite(loader, query, sql)
        address = f"file:{url.database}?mode=ro"
    else:
        address = loader.get_connection_url()
    connection = close.enter_context(_connect(kind, address))
    cursor = close.enter_context(connection.cursor())
    try:
        cursor.execute(sql)
        reader = cursor.fetch_record_batch()
        if kind == "postgresql" and (lists := [f.name for f in reader.schema if pyarrow().types.is_list(f.type)]):
            reader.close()
            _check_arrays(connection, cursor, lists, sql)
            cursor.execute(sql)
            reader = cursor.fetch_record_batch()
    except NoLane:
        raise
    except Exception as error:
        # SQLAlchemy meets the same refusal, and says it in the words that users know.
        message = f"the Arrow driver refused the query: {type(error).__name__}"
        raise NoLane(message) from error
    return reader


def _check_arrays(connection: Any, cursor: Any, names: list[str], sql: str) -> None:
    """The driver gives an array of arrays as one long list, and no type says which columns hold some."""
    # What is checked is what is read then.
    connection.rollback()
    cursor.execute("set transaction isolation level repeatable read")
    conditions = " or ".join(f"array_ndims({_quoted(name)}) > 1" for name in names)
    cursor.execute(f"select 1 from ({sql}) as found where {conditions} limit 1")
    if cursor.fetchone() is not None:
        message = "a column holds arrays of arrays"
        raise NoLane(message)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _connect(kind: str, address: str) -> Any:
    try:
        pyarrow()
        if kind == "postgresql":
            from adbc_driver_postgresql import dbapi
        else:
            from adbc_driver_sqlite import dbapi
    except ImportError as error:
        package = _DRIVERS[kind].replace("_", "-")
        raise NoLane(MissingDependencyException("the Arrow lane", [package]).message) from error
    try:
        return dbapi.connect(address)  # pyright: ignore[reportArgumentType]
    except Exception as error:  # noqa: BLE001
        # The driver's text may quote the address.
        message = f"the Arrow driver could not connect: {type(error).__name__}"
        raise NoLane(message) from None


def _open_duckdb(loader: BaseTableLoader, sql: str, close: contextlib.ExitStack) -> Any:
    # The same module that everything else opens the file with: a second copy of DuckDB would lose rows.
    connection = close.enter_context(contextlib.closing(loader.engine.raw_connection()))
    native: Any = connection.driver_connection
    return native.sql(sql).to_arrow_reader(loader.chunk_size)


def _check_sqlite(loader: BaseTableLoader, query: Any, sql: str) -> None:
    """SQLite keeps any type in any column, while a driver expects one: a column that is not of one type has no lane."""
    path = loader.engine.url.database
    if not path or path == ":memory:" or loader.engine.url.query or not os.path.isfile(path):  # noqa: PTH113
        message = "the database is no plain file"
        raise NoLane(message)
    if isinstance(query, TextClause):
        message = "a query of one's own has columns of unknown types"
        raise NoLane(message)
    storage = {
        "bigint": "integer",
        "bool": "integer",
        "text": "text",
        "date": "text",
        "timestamp": "text",
        "json": "text",
    }
    storage.update(binary="blob", double="real")
    conditions: list[str] = []
    for column in query.selected_columns:
        expected = storage.get(loader.columns.get(column.name, {}).get("data_type") or "double")
        if expected is None:
            message = f"column `{column.name}` is of no type that SQLite keeps"
            raise NoLane(message)
        conditions.append(f"typeof({_quoted(column.name)}) not in ('{expected}', 'null')")
    with loader.engine.connect() as connection:
        mixed = connection.exec_driver_sql(f"select 1 from ({sql}) where {' or '.join(conditions)} limit 1").first()
    loader.engine.dispose()
    if mixed is not None:
        message = "a column holds values of several types"
        raise NoLane(message)
    if _is_open_here(path):
        message = "this process has the file open, and the driver's own copy of SQLite would drop its locks"
        raise NoLane(message)


def _is_open_here(path: str) -> bool:
    wanted = os.stat(path)  # noqa: PTH116
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"  # noqa: PTH112
    try:
        numbers = [int(name) for name in os.listdir(folder) if name.isdigit()]  # noqa: PTH208
    except OSError:
        return True
    for number in numbers:
        with contextlib.suppress(OSError):
            found = os.fstat(number)
            if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                return True
    return False


TABLE_LOADER_REGISTRY["adbc"] = ArrowTableLoader
