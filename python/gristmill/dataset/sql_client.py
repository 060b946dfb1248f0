"""SQL on the destination: `with pipeline.sql_client() as client: client.execute_sql("select ...")`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NoReturn, Self, cast

from gristmill.dataset.cursor import Cursor
from gristmill.destinations.capabilities import escape_identifier
from gristmill.exceptions import (
    DatabaseTerminalException,
    DatabaseTransientException,
    DatabaseUndefinedRelation,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import TracebackType

    from gristmill.destinations.capabilities import DestinationCapabilitiesContext
    from gristmill.destinations.destination import Destination

__all__ = ["Cursor", "SqlClient", "Transaction"]

Rows = list[tuple[Any, ...]]


class Transaction:
    """What `begin_transaction` gives: both of these end the transaction early."""

    def __init__(self, client: SqlClient) -> None:
        self._client = client
        self.is_open = True

    def commit_transaction(self) -> None:
        """Keep what was done."""
        self._end("commit")

    def rollback_transaction(self) -> None:
        """Undo what was done."""
        self._end("rollback")

    def _end(self, how: str) -> None:
        if self.is_open:
            self.is_open = False
            self._client.native_connection.execute(how)


class SqlClient:
    """A connection to the dataset, open within `with`. Bare table names are those of the dataset.

    Errors of the database are raised as `DatabaseUndefinedRelation`, `DatabaseTerminalException` and
    `DatabaseTransientException` of `dlt.destinations.exceptions`; its own error is their `dbapi_exception`.
    """

    def __init__(
        self,
        destination: Destination,
        dataset_name: str,
        pipeline_name: str | None,
        working_dir: str | None,
        staging_dataset_name: str | None = None,
    ) -> None:
        self.destination = destination
        self.dataset_name = dataset_name
        self.staging_dataset_name = staging_dataset_name or f"{dataset_name}_staging"
        self._names = (pipeline_name, working_dir)
        self._stack = contextlib.ExitStack()
        self._connection: Any = None
        self._transaction: Transaction | None = None

    @property
    def capabilities(self) -> DestinationCapabilitiesContext:
        """What the destination can do, and how it quotes names and values."""
        return self.destination.capabilities()

    # -- connection --------------------------------------------------------------------------------------------------

    @property
    def native_connection(self) -> Any:
        """The connection itself: `duckdb.DuckDBPyConnection`."""
        if self._connection is None:
            message = "the client is not connected"
            raise DatabaseTransientException(ConnectionError(message))
        return self._connection

    def open_connection(self) -> Any:
        """Open it without `with`."""
        if self._connection is None:
            self._connection = self._stack.enter_context(self.destination.connection(*self._names))
            if self.has_dataset():
                self.use_dataset()
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

    # -- statements --------------------------------------------------------------------------------------------------

    def _run(self, sql: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # dlt's placeholder is `%s`, DuckDB's is `?`.
        parameters: Any = list(args) if args else kwargs or None
        text = sql.replace("%s", "?") if args else sql
        connection = self.native_connection
        try:
            return connection.execute(text, parameters) if parameters else connection.execute(text)
        except Exception as error:  # noqa: BLE001
            raise_database_error(error)

    def execute_sql(self, sql: str, *args: Any, **kwargs: Any) -> Rows | None:
        """Run a statement; gives its rows, if it has any. `%s` or `?` stand for arguments, `$name` for named ones."""
        cursor = self._run(sql, args, kwargs)
        return cursor.fetchall() if cursor.description else None

    @contextlib.contextmanager
    def execute_query(self, query: str, *args: Any, **kwargs: Any) -> Generator[Cursor]:
        """Run a query; its result is open within `with`."""
        yield Cursor(self._run(query, args, kwargs))

    def execute_many(self, statements: Sequence[str], *args: Any, **kwargs: Any) -> list[Rows]:
        """Run statements one after the other; gives the rows of the last one, as the one element of a list."""
        rows: Rows | None = None
        for statement in statements:
            rows = self.execute_sql(statement, *args, **kwargs)
        return [] if rows is None else [rows]

    def execute_fragments(self, fragments: Sequence[Any], *args: Any, **kwargs: Any) -> Rows | None:
        """Run the pieces of one statement, text or bytes."""
        return self.execute_sql("".join(f.decode() if isinstance(f, bytes) else f for f in fragments), *args, **kwargs)

    @contextlib.contextmanager
    def begin_transaction(self) -> Generator[Transaction]:
        """All or nothing: an error undoes what was done in the block."""
        self._run("begin transaction", (), {})
        transaction = self._transaction = Transaction(self)
        try:
            yield transaction
        except BaseException:
            transaction.rollback_transaction()
            raise
        else:
            transaction.commit_transaction()
        finally:
            self._transaction = None

    def commit_transaction(self) -> None:
        """Keep what was done."""
        if self._transaction is not None:
            self._transaction.commit_transaction()

    def rollback_transaction(self) -> None:
        """Undo what was done."""
        if self._transaction is not None:
            self._transaction.rollback_transaction()

    # -- dataset -----------------------------------------------------------------------------------------------------

    def has_dataset(self) -> bool:
        """Whether the dataset is there."""
        sql = "select 1 from information_schema.schemata where schema_name = ? and catalog_name = current_database()"
        return bool(self.native_connection.execute(sql, [self.dataset_name]).fetchall())

    def use_dataset(self) -> None:
        """Let bare names mean tables of the dataset."""
        name = self.dataset_name.replace("'", "''")
        self._run(f"set schema = '{name}'", (), {})

    def create_dataset(self) -> None:
        """Make it."""
        self._run(f"create schema {self.fully_qualified_dataset_name()}", (), {})

    def drop_dataset(self) -> None:
        """Remove it and all that is in it."""
        self._run("set schema = 'main'", (), {})
        self._run(f"drop schema {self.fully_qualified_dataset_name()} cascade", (), {})

    def drop_tables(self, *tables: str) -> None:
        """Remove tables."""
        self.execute_many([f"drop table if exists {self.make_qualified_table_name(table)}" for table in tables])

    def truncate_tables(self, *tables: str) -> None:
        """Empty tables."""
        self.execute_many([f"delete from {self.make_qualified_table_name(table)} where 1=1" for table in tables])

    @contextlib.contextmanager
    def with_alternative_dataset_name(self, dataset_name: str) -> Generator[Self]:
        """Mean another dataset for a while."""
        before, self.dataset_name = self.dataset_name, dataset_name
        try:
            yield self
        finally:
            self.dataset_name = before

    def with_staging_dataset(self) -> contextlib.AbstractContextManager[Self]:
        """Mean the staging dataset for a while."""
        return self.with_alternative_dataset_name(self.staging_dataset_name)

    @property
    def is_staging_dataset_active(self) -> bool:
        """Whether the staging dataset is meant."""
        return self.dataset_name == self.staging_dataset_name

    # -- names -------------------------------------------------------------------------------------------------------

    @staticmethod
    def escape(name: str) -> str:
        """A name in quotes."""
        return escape_identifier(name)

    def escape_column_name(self, column_name: str, quote: bool = True, casefold: bool = True) -> str:
        """A column's name as SQL needs it."""
        del casefold
        return self.escape(column_name) if quote else column_name

    def catalog_name(self, quote: bool = True, casefold: bool = True) -> str | None:
        """The catalog that names must tell: none, DuckDB's own is meant."""
        del quote, casefold

    def fully_qualified_dataset_name(self, quote: bool = True, staging: bool = False, casefold: bool = True) -> str:
        """The dataset's name as SQL needs it."""
        del casefold
        name = self.staging_dataset_name if staging else self.dataset_name
        return self.escape(name) if quote else name

    def make_qualified_table_name_path(
        self,
        table_name: str | None,
        quote: bool = True,
        casefold: bool = True,
        dataset_name: str | None = None,
        catalog: str | None = None,
    ) -> list[str]:
        """The parts of a table's full name."""
        del casefold
        parts = [part for part in (catalog, dataset_name or self.dataset_name, table_name) if part]
        return [self.escape(part) for part in parts] if quote else parts

    def make_qualified_table_name(self, table_name: str, quote: bool = True, casefold: bool = True) -> str:
        """A table's name as SQL needs it."""
        return ".".join(self.make_qualified_table_name_path(table_name, quote, casefold))

    def get_qualified_table_names(self, table_name: str, quote: bool = True, casefold: bool = True) -> tuple[str, str]:
        """The table, and its twin in the staging dataset."""
        with self.with_staging_dataset():
            staged = self.make_qualified_table_name(table_name, quote, casefold)
        return self.make_qualified_table_name(table_name, quote, casefold), staged

    @staticmethod
    def is_dbapi_exception(ex: Exception) -> bool:
        """Whether DuckDB raised it."""
        import duckdb

        return isinstance(ex, duckdb.Error)


def only_reads(connection: Any, query: str) -> None:
    """Refuse what is no query: a relation reads, and never changes data."""
    import duckdb

    found = connection.extract_statements(query)
    if len(found) != 1 or found[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        message = "a relation is one `SELECT`; statements that change something go through `pipeline.sql_client()`"
        raise ValueError(message)


def raise_database_error(error: Exception) -> NoReturn:
    """Raise what DuckDB raised as dlt's kind of error; anything else as it is."""
    import duckdb

    if not isinstance(error, cast("Any", duckdb.Error)):
        raise error
    said = str(error)
    is_missing = isinstance(error, duckdb.CatalogException) and "already exists" not in said
    is_missing |= isinstance(error, duckdb.InvalidInputException) and "Catalog Error" in said
    if is_missing or (isinstance(error, duckdb.IOException) and "No files found" in said):
        raise DatabaseUndefinedRelation(error) from error
    # What cannot be parsed counts as passing in dlt, and so it does here: scripts tell the two kinds apart.
    passing = (duckdb.OperationalError, duckdb.InternalError, duckdb.SyntaxException, duckdb.ParserException)
    lasting = (duckdb.DataError, duckdb.ProgrammingError, duckdb.IntegrityError, duckdb.NotImplementedException)
    if isinstance(error, lasting) and not isinstance(error, (*passing, duckdb.InvalidInputException)):
        raise DatabaseTerminalException(error) from error
    raise DatabaseTransientException(error) from error
