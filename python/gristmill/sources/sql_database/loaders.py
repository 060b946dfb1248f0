"""From a table to its rows: the query that an incremental asks for, and what reads it, for each backend."""

from __future__ import annotations

import contextlib
import inspect
import logging
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.exc import CompileError, SQLAlchemyError

from gristmill.exceptions import MissingDependencyException, ValueErrorWithKnownValues
from gristmill.sources.sql_database.arrow_helpers import pyarrow, row_tuples_to_arrow
from gristmill.sources.sql_database.errors import (
    CursorColumnNotFound,
    not_decoded,
    not_read,
    refused_by_connectorx,
    suggestion,
)
from gristmill.sources.sql_database.plain_values import plain_rows
from gristmill.sources.sql_database.unreadable import first_unreadable

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine
    from sqlalchemy.schema import Table

    from gristmill.extract.incremental import Incremental
    from gristmill.extract.steps import LimitItem

TableBackend = Literal["sqlalchemy", "pyarrow", "pandas", "connectorx", "adbc"]
"""What reads a table, and what it gives: dicts, Arrow tables or frames."""
SelectClause: TypeAlias = Any
TQueryAdapter: TypeAlias = Callable[..., Any]
"""Gives another query for `(query, table)`, or for `(query, table, incremental, engine)`."""
TTableAdapter: TypeAlias = Callable[[Any], Any]
"""Changes a reflected table in place, or gives a subquery to read in its stead."""

_log = logging.getLogger("gristmill")


class BaseTableLoader(ABC):
    """Reads one table; `make_query` says what, and `load_rows`, which a subclass gives, how."""

    def __init__(
        self,
        engine: Engine,
        backend: str,
        table: Table,
        columns: dict[str, dict[str, Any]],
        chunk_size: int = 1000,
        incremental: Incremental[Any] | None = None,
        query_adapter_callback: TQueryAdapter | None = None,
        limit: LimitItem | None = None,
    ) -> None:
        self.engine = engine
        self.backend = backend
        self.table = table
        self.columns = columns
        self.chunk_size = chunk_size
        self.incremental = incremental
        self.query_adapter_callback = query_adapter_callback
        self.limit = limit
        self.cursor_column: Any = None
        self.last_value = self.end_value = None
        self.row_order = self.on_cursor_value_missing = self.range_start = self.range_end = None
        if incremental is not None:
            self.cursor_column = self._cursor_column(incremental)
            self.last_value, self.end_value = incremental.get_current_range()
            self.row_order = incremental.row_order
            self.on_cursor_value_missing = incremental.on_cursor_value_missing
            self.range_start, self.range_end = incremental.range_start, incremental.range_end

    def _cursor_column(self, incremental: Incremental[Any]) -> Any:
        name = incremental.get_cursor_column_name()
        if name is None:
            message = (
                f"the cursor of a table is one of its columns; `{incremental.cursor_path}` is a path into a document"
            )
            raise ValueError(message)
        if name not in self.table.c:
            message = f"table `{self.table.name}` has no column `{name}` for the incremental to follow"
            raise CursorColumnNotFound(message, hint=suggestion([name], [str(c) for c in self.table.c.keys()]))  # noqa: SIM118
        return self.table.c[name]

    def _make_query(self) -> Any:
        query: Any = self.table.select()
        if self.limit is not None and (most := self.limit.limit(self.chunk_size)) is not None:
            query = query.limit(most)
        func = self.incremental.last_value_func if self.incremental is not None else None
        if func not in (min, max):
            # Only the incremental itself knows what a function of one's own makes of a value.
            return query
        if (condition := self._in_range(upwards=func is max)) is not None:
            query = query.where(condition)
        if self.row_order in ("asc", "desc"):
            forwards = (self.row_order == "asc") is (func is max)
            query = query.order_by(self.cursor_column.asc() if forwards else self.cursor_column.desc())
        return query

    def _in_range(self, *, upwards: bool) -> Any:
        column = self.cursor_column
        condition: Any = None
        if self.last_value is not None:
            condition = _from(upwards=upwards, closed=self.range_start == "closed")(column, self.last_value)
            if self.end_value is not None:
                until = _from(upwards=not upwards, closed=self.range_end == "closed")
                condition = sa.and_(condition, until(column, self.end_value))
            if self.on_cursor_value_missing == "include":
                condition = sa.or_(condition, column.is_(None))
        if self.on_cursor_value_missing == "exclude":
            present = column.isnot(None)
            condition = present if condition is None else sa.and_(condition, present)
        return condition

    def make_query(self) -> SelectClause:
        """The query, as the callback (if there is one) wants it."""
        adapt = self.query_adapter_callback
        if adapt is None:
            return self._make_query()
        arguments = (self._make_query(), self.table, self.incremental, self.engine)
        return adapt(*arguments) if _takes(adapt, len(arguments)) else adapt(*arguments[:2])

    def compile_query(self, query: SelectClause) -> str:
        """The query as one SQL text, its values as literals."""
        try:
            return str(query.compile(self.engine, compile_kwargs={"literal_binds": True}))
        except CompileError as error:
            message = f"the query for table `{self.table.name}` cannot be written with its values in it: {error}"
            raise NotImplementedError(message) from error

    def get_connection_url(self) -> str:
        """The address without SQLAlchemy's driver, password included."""
        url = self.engine.url
        return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)

    @abstractmethod
    def load_rows(self, backend_kwargs: dict[str, Any] | None = None) -> Iterator[Any]:
        """Yield the rows, in pages."""


def _from(*, upwards: bool, closed: bool) -> Callable[[Any, Any], Any]:
    if upwards:
        return operator.ge if closed else operator.gt
    return operator.le if closed else operator.lt


def _takes(function: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        return True
    return True


class TableLoader(BaseTableLoader):
    """Reads through SQLAlchemy, for the backends `sqlalchemy`, `pyarrow` and `pandas`."""

    def load_rows(self, backend_kwargs: dict[str, Any] | None = None) -> Iterator[Any]:
        """Yield pages of `chunk_size` rows."""
        yield from self._load_rows(self.make_query(), dict(backend_kwargs or {}))

    def _load_rows(self, query: SelectClause, backend_kwargs: dict[str, Any]) -> Iterator[Any]:
        """Run the query; override this to page, or to try again."""
        with self.engine.connect() as connection:
            result = connection.execution_options(yield_per=self.chunk_size).execute(query)
            try:
                yield from self._convert_result(result, backend_kwargs)
            finally:
                result.close()

    def _convert_result(self, result: Any, backend_kwargs: dict[str, Any]) -> Iterator[Any]:
        """The pages of a result, as the backend gives them."""
        # The names are the cursor's own: a dialect may show them otherwise in the reflected table.
        names: list[str] = list(result.keys())
        are_json = [self.columns.get(name, {}).get("data_type") == "json" for name in names]
        for rows in result.partitions(size=self.chunk_size):
            if self.backend == "pandas":
                yield _frame(plain_rows([row._data for row in rows], are_json), names, backend_kwargs)
            elif self.backend == "pyarrow":
                for name in names:
                    self.columns.setdefault(name, {"name": name})
                columns = {name: self.columns[name] for name in names}
                yield row_tuples_to_arrow([row._data for row in rows], columns, backend_kwargs.get("tz", "UTC"))
            else:
                yield [dict(zip(names, row._data, strict=True)) for row in rows]


def _frame(rows: list[tuple[Any, ...]], names: list[str], options: dict[str, Any]) -> Any:
    try:
        import pandas as pd
        from pandas.io.sql import _wrap_result  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    except ImportError:
        feature = "`backend='pandas'`"
        raise MissingDependencyException(feature, ["pandas"]) from None
    # Bytes would be read as texts.
    binary = [at for at in range(len(names)) if any(isinstance(row[at], bytes) for row in rows)]
    shown = [tuple(None if at in binary else v for at, v in enumerate(row)) for row in rows] if binary else rows
    frame = cast("Any", _wrap_result)(shown, names, **{"dtype_backend": "pyarrow", **options})
    for at in binary:
        kind: Any = (
            pd.ArrowDtype(pyarrow().binary()) if options.get("dtype_backend", "pyarrow") == "pyarrow" else object
        )
        frame.isetitem(at, pd.Series([row[at] for row in rows], dtype=kind, index=frame.index))
    return frame


class ConnectorXTableLoader(BaseTableLoader):
    """Reads through ConnectorX: one Arrow table, or with `return_type="arrow_stream"` one for each batch."""

    def load_rows(self, backend_kwargs: dict[str, Any] | None = None) -> Iterator[Any]:
        """Yield Arrow tables."""
        try:
            import connectorx as cx
        except ImportError:
            feature = "`backend='connectorx'`"
            raise MissingDependencyException(feature, ["connectorx"]) from None
        pa = pyarrow()
        options: dict[str, Any] = {"protocol": "binary", "return_type": "arrow", **(backend_kwargs or {})}
        address = options.pop("conn", None) or self.get_connection_url()
        query = self.compile_query(_with_texts(self.make_query(), self.engine.dialect.name))
        read: Any = cx.read_sql
        if options["return_type"] == "arrow_stream":
            options.setdefault("batch_size", self.chunk_size)
            with _telling(self.table.name):
                yield from (_in_microseconds(pa, pa.Table.from_batches([b])) for b in read(address, query, **options))
        else:
            with _telling(self.table.name):
                table = read(address, query, **options)
            yield _with_utc(pa, table)


@contextlib.contextmanager
def _telling(table: str) -> Generator[None]:
    """What ConnectorX refuses comes as a panic, which no `except Exception` stops, or as an error without the table."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, RuntimeError) and type(error).__name__ != "PanicException":
            raise
        raise refused_by_connectorx(table, error) from None


def _with_texts(query: SelectClause, dialect: str) -> SelectClause:
    """The query with columns that ConnectorX cannot read as texts, which it can."""
    if dialect != "postgresql" or not isinstance(query, sa.Select):
        return query
    columns: list[Any] = list(query.selected_columns)
    if not any(_is_unknown_to_connectorx(column.type) for column in columns):
        return query
    return query.with_only_columns(
        *(_as_text(c).label(c.name) if _is_unknown_to_connectorx(c.type) else c for c in columns),
        maintain_column_froms=True,
    )


def _as_text(column: Any) -> Any:
    return sa.func.to_json(column) if isinstance(column.type, sa.ARRAY) else sa.cast(column, sa.Text)


def _is_unknown_to_connectorx(kind: Any) -> bool:
    if isinstance(kind, sa.ARRAY):
        return _is_unknown_to_connectorx(kind.item_type) or isinstance(kind.item_type, sa.Uuid)
    name = getattr(kind, "__visit_name__", "").upper()
    return name in _AS_TEXTS or (name == "TIME" and bool(getattr(kind, "timezone", False)))


_AS_TEXTS = frozenset({"INTERVAL", "MONEY", "HSTORE", "XML", "NULL"})


def _with_utc(pa: Any, table: Any) -> Any:
    """The same table; `+00:00`, which is no name of a time zone everywhere, is called UTC."""
    return _recast(pa, table, lambda kind: _is_offset(pa, kind) and pa.timestamp(kind.unit, "UTC"))


def _is_offset(pa: Any, kind: Any) -> bool:
    return pa.types.is_timestamp(kind) and kind.tz == "+00:00"


def _in_microseconds(pa: Any, table: Any) -> Any:
    """The same table; no database has finer times, so nothing is lost."""

    def wanted(kind: Any) -> Any:
        if pa.types.is_date64(kind):
            return pa.timestamp("us")
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            return pa.timestamp("us", kind.tz)
        return pa.types.is_time64(kind) and kind.unit == "ns" and pa.time64("us")

    return _recast(pa, _with_utc(pa, table), wanted)


def _recast(pa: Any, table: Any, wanted: Callable[[Any], Any]) -> Any:
    if not isinstance(table, pa.Table):
        return table
    for index, field in enumerate(table.schema):
        if kind := wanted(field.type):
            table = table.set_column(index, field.with_type(kind), table.column(index).cast(kind, safe=False))
    return table


TABLE_LOADER_REGISTRY: dict[str, type[BaseTableLoader]] = {
    "sqlalchemy": TableLoader,
    "pyarrow": TableLoader,
    "pandas": TableLoader,
    "connectorx": ConnectorXTableLoader,
}
"""The loader of each backend."""


def register_table_loader_backend(backend_name: str, loader_class: type[BaseTableLoader]) -> None:
    """Let `backend=` take a name of your own, read by your subclass of `BaseTableLoader`."""
    if not issubclass(loader_class, BaseTableLoader):  # pyright: ignore[reportUnnecessaryIsInstance]
        message = f"`{loader_class.__name__}` cannot read tables: a backend is a subclass of `BaseTableLoader`"
        raise ValueError(message)  # noqa: TRY004
    TABLE_LOADER_REGISTRY[backend_name] = loader_class


def get_table_loader_class(backend_name: str) -> type[BaseTableLoader]:
    """The loader of a backend; `ValueError` lists the names there are."""
    if backend_name not in TABLE_LOADER_REGISTRY:
        raise ValueErrorWithKnownValues("backend", backend_name, TABLE_LOADER_REGISTRY)
    return TABLE_LOADER_REGISTRY[backend_name]


def read(loader: BaseTableLoader, backend_kwargs: dict[str, Any] | None) -> Iterator[Any]:
    """The loader's pages; what the database says when it fails comes with the table and the rows read before."""
    rows = 0
    try:
        for page in loader.load_rows(backend_kwargs):
            rows += page.num_rows if hasattr(page, "num_rows") else len(page)
            yield page
    except SQLAlchemyError as error:
        raise not_read(loader.table.name, rows, error) from error
    except (ValueError, ArithmeticError) as error:
        if type(loader) is not TableLoader:
            # A loader of the user's own tells its errors itself.
            raise
        raise not_decoded(loader.table.name, rows, first_unreadable(loader, rows), error) from error
