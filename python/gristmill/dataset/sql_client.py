"""SQL on the destination: `with pipeline.sql_client() as client: client.execute_sql("select ...")`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import TracebackType

    from gristmill.destinations.destination import Destination


class Cursor:
    """The result of a query: rows, frames, tables."""

    def __init__(self, connection: Any) -> None:
        self.native_cursor = connection

    @property
    def description(self) -> Any:
        """The columns, as DB-API tells them."""
        return self.native_cursor.description

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [column[0] for column in self.native_cursor.description]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return self.native_cursor.fetchall()

    def fetchmany(self, size: int = 1000) -> list[tuple[Any, ...]]:
        """The next rows."""
        return self.native_cursor.fetchmany(size)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return self.native_cursor.fetchone()

    def iter_fetch(self, chunk_size: int = 1000) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in chunks."""
        while rows := self.fetchmany(chunk_size):
            yield rows

    def df(self, chunk_size: int | None = None) -> Any:
        """The rows (or the next chunk) as a pandas frame; None when a chunk was asked for and there is none."""
        if chunk_size is None:
            return self.native_cursor.df()
        rows = self.fetchmany(chunk_size)
        if not rows:
            return None
        import pandas as pd

        return pd.DataFrame(rows, columns=self.columns)

    def arrow(self, chunk_size: int | None = None) -> Any:
        """The rows (or the next chunk) as an arrow table."""
        from gristmill.dataset.relation import arrow_table

        if chunk_size is None:
            return arrow_table(self.native_cursor)
        import pyarrow as pa

        rows = self.fetchmany(chunk_size)
        return pa.table(dict(zip(self.columns, map(list, zip(*rows, strict=True)), strict=True))) if rows else None


class SqlClient:
    """A connection to the dataset, open within `with`."""

    def __init__(
        self, destination: Destination, dataset_name: str, pipeline_name: str | None, working_dir: str | None
    ) -> None:
        self.destination = destination
        self.dataset_name = dataset_name
        self._names = (pipeline_name, working_dir)
        self._stack = contextlib.ExitStack()
        self._connection: Any = None

    @property
    def native_connection(self) -> Any:
        """The connection itself."""
        return self._connection

    def open_connection(self) -> Any:
        """Open it without `with`."""
        if self._connection is None:
            self._connection = self._stack.enter_context(self.destination.connection(*self._names))
            if self.has_dataset():
                self._connection.execute(f"set schema = '{self.dataset_name}'")
        return self._connection

    def close_connection(self) -> None:
        """Close it again."""
        self._stack.close()
        self._connection = None

    def __enter__(self) -> Self:
        self.open_connection()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close_connection()

    def _run(self, sql: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # dlt's placeholder is `%s`, DuckDB's is `?`.
        parameters: Any = list(args) if args else kwargs or None
        text = sql.replace("%s", "?") if args else sql
        return self._connection.execute(text, parameters) if parameters else self._connection.execute(text)

    def execute_sql(self, sql: str, *args: Any, **kwargs: Any) -> list[tuple[Any, ...]] | None:
        """Run a statement; gives its rows, if it has any."""
        cursor = self._run(sql, args, kwargs)
        return cursor.fetchall() if cursor.description else None

    @contextlib.contextmanager
    def execute_query(self, query: str, *args: Any, **kwargs: Any) -> Generator[Cursor]:
        """Run a query; its result is open within `with`."""
        yield Cursor(self._run(query, args, kwargs))

    @contextlib.contextmanager
    def begin_transaction(self) -> Generator[Self]:
        """All or nothing."""
        self._connection.execute("begin transaction")
        try:
            yield self
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def has_dataset(self) -> bool:
        """Whether the dataset is there."""
        sql = "select 1 from information_schema.schemata where schema_name = ? and catalog_name = current_database()"
        return bool(self._connection.execute(sql, [self.dataset_name]).fetchall())

    def create_dataset(self) -> None:
        """Make it."""
        self._connection.execute(f"create schema {self.escape(self.dataset_name)}")

    def drop_dataset(self) -> None:
        """Remove it and all that is in it."""
        self._connection.execute("set schema = 'main'")
        self._connection.execute(f"drop schema {self.escape(self.dataset_name)} cascade")

    def drop_tables(self, *tables: str) -> None:
        """Remove tables."""
        for table in tables:
            self._connection.execute(f"drop table if exists {self.make_qualified_table_name(table)}")

    @staticmethod
    def escape(name: str) -> str:
        """A name in quotes."""
        return '"' + name.replace('"', '""') + '"'

    escape_column_name = escape

    def fully_qualified_dataset_name(self, quote: bool = True) -> str:
        """The dataset's name as SQL needs it."""
        return self.escape(self.dataset_name) if quote else self.dataset_name

    def make_qualified_table_name(self, table_name: str, quote: bool = True, casefold: bool = True) -> str:
        """A table's name as SQL needs it."""
        del casefold
        table = self.escape(table_name) if quote else table_name
        return f"{self.fully_qualified_dataset_name(quote)}.{table}"
