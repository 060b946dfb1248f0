"""The loaded data of a pipeline: `dataset["orders"]`, `dataset.orders`, `dataset("select ...")`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill.dataset.relation import LOAD_ID, Relation
from gristmill.dataset.select import quoted
from gristmill.dataset.sql_client import SqlClient
from gristmill.destinations.destination import Destination
from gristmill.exceptions import MissingDependencyException
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import TracebackType

    from gristmill.destinations.client import DestinationClient

QUOTE = "'"


class Dataset:
    """Tables in one schema of the destination."""

    def __init__(
        self,
        destination: Any,
        dataset_name: str,
        schema: Any = None,
        pipeline_name: str | None = None,
        working_dir: str | None = None,
    ) -> None:
        place = Destination.from_reference(destination)
        if place is None:
            message = "a dataset needs a destination"
            raise ValueError(message)
        self.destination = place
        self.dataset_name = dataset_name
        self._names = (pipeline_name, working_dir)
        # Schemas, the default first; a name, to be looked up beside the data; or what is found there.
        self._given = schema
        self._schemas: tuple[Schema, ...] = ()
        self._open: Any = None
        self._stack = contextlib.ExitStack()

    @property
    def schema(self) -> Schema:
        """The default schema of the data, as the pipeline knows it or as it is stored beside the data."""
        return self.schemas[0]

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """All schemas of the data, the default one first."""
        if not self._schemas:
            given = self._given
            if isinstance(given, Schema):
                self._schemas = (given,)
            elif isinstance(given, (list, tuple)):
                if not given:
                    message = "a dataset needs at least one schema"
                    raise ValueError(message)
                self._schemas = tuple(cast("Sequence[Schema]", given))
            else:
                self._schemas = self._stored(given)
        return self._schemas

    def _stored(self, name: str | None) -> tuple[Schema, ...]:
        from gristmill import _core

        with self.connected() as connection:
            found = _core.restore(connection, self.dataset_name, self._names[0] or "")
        schemas: list[Any] = (found or {}).get("schemas") or []
        wanted = [s for s in schemas if name in (None, s["name"])]
        default = ((found or {}).get("state") or {}).get("default_schema_name") if name is None else None
        wanted.sort(key=lambda s: s["name"] != default)
        return tuple(Schema.from_dict(s) for s in wanted) or (Schema(name or self.dataset_name),)

    def schema_of(self, table_name: str) -> Schema:
        """The schema that has a table; the default one where none has."""
        return next((schema for schema in self.schemas if table_name in schema.tables), self.schema)

    @property
    def sql_client(self) -> SqlClient:
        """A client for SQL."""
        return SqlClient(self.destination, self.dataset_name, *self._names)

    @contextlib.contextmanager
    def connected(self) -> Generator[Any]:
        """A connection with this dataset as its schema: the one that `with dataset` opened, or one for this block."""
        if self._open is not None:
            yield self._open
            return
        with self.destination.connection(*self._names) as connection:
            with contextlib.suppress(Exception):
                # A dataset that is not there yet is told by the query, with the table's name.
                connection.execute(f"set schema = {QUOTE}{self.dataset_name.replace(QUOTE, QUOTE * 2)}{QUOTE}")
            yield connection

    def __enter__(self) -> Self:
        self._open = self._stack.enter_context(self.connected())
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._open = None
        self._stack.close()

    @property
    def tables(self) -> list[str]:
        """The names of all tables, those that keep account last within each schema."""
        names = [name for s in self.schemas for name in (*s.data_table_names(), *s.dlt_table_names())]
        return list(dict.fromkeys(names))

    def table(
        self,
        table_name: str,
        *,
        load_ids: Sequence[str] | None = None,
        incremental: Any = None,
        table_type: str = "relation",
    ) -> Any:
        """A table; `table_type="ibis"` gives it as an expression of ibis.

        `load_ids` keeps the rows of these loads, `incremental` those of its range.
        """
        name = self.schema.naming.normalize_path(table_name)
        if name not in self.tables:
            message = f"dataset `{self.dataset_name}` has no table `{table_name}`; it has {', '.join(self.tables)}"
            raise ValueError(message)
        found = Relation(self, table_name=name)
        if load_ids is not None:
            found = found.from_loads(load_ids)
        if incremental is not None:
            found = found.incremental(incremental)
        return found.to_ibis() if table_type == "ibis" else found

    def query(self, query: Any, query_dialect: str | None = None, *, _execute_raw_query: bool = False) -> Relation:
        """The result of a query; tables go by their bare names. Expressions of sqlglot and ibis are taken too."""
        del query_dialect, _execute_raw_query
        if isinstance(query, str):
            return Relation(self, query)
        if hasattr(query, "compile"):
            return Relation(self, str(query.compile()))
        return Relation(self, query.sql(dialect="duckdb"))

    __call__ = query

    def row_counts(
        self,
        *,
        data_tables: bool = True,
        dlt_tables: bool = False,
        table_names: list[str] | None = None,
        load_id: str | None = None,
    ) -> Relation:
        """How many rows each table has; with `load_id` how many came with that load."""
        names = list(table_names or ())
        if not names:
            for schema in self.schemas:
                names += schema.data_table_names(seen_data_only=True) if data_tables else ()
            for schema in self.schemas:
                names += schema.dlt_table_names() if dlt_tables else ()
        where = ""
        if load_id is not None:
            names = [name for name in names if LOAD_ID in self.schema_of(name).get_table_columns(name)]
            where = f" WHERE {quoted(LOAD_ID)} = '{load_id.replace(QUOTE, QUOTE * 2)}'"
        parts = [
            f'SELECT \'{name}\' AS "table_name", COUNT(*) AS "row_count"'
            f" FROM {quoted(self.dataset_name)}.{quoted(name)} AS {quoted(name)}{where}"
            for name in dict.fromkeys(names)
        ]
        return Relation(self, " UNION ALL ".join(parts) or "SELECT '' AS table_name, 0 AS row_count WHERE FALSE")

    def loads_table(self) -> Relation:
        """The table of all loads."""
        return self.table("_dlt_loads")

    def load_ids(self, schema_name: str | None = None) -> list[str]:
        """The ids of all loads that were completed, oldest first."""
        name = schema_name or self.schema.name
        sql = "select load_id from _dlt_loads where schema_name = ? and status = 0 order by load_id"
        with self.connected() as connection:
            return [row[0] for row in connection.execute(sql, [name]).fetchall()]

    def latest_load_id(self, schema_name: str | None = None) -> str | None:
        """The id of the newest load."""
        return next(reversed(self.load_ids(schema_name)), None)

    def is_same_dataset(self, other: Dataset) -> bool:
        """Whether both read the same tables."""
        return self.dataset_name == other.dataset_name and self.is_same_place(other)

    def is_same_place(self, other: Dataset) -> bool:
        """Whether both are in one database."""
        return self._place() == other._place()

    def _place(self) -> str:
        return self.destination.displayable(*self._names)

    @property
    def destination_client(self) -> DestinationClient:
        """Dlt's job client, as far as a database has one."""
        from gristmill.destinations.client import DestinationClient

        return DestinationClient(self.schema, self.sql_client)

    @property
    def destination_dialect(self) -> str:
        """The dialect of queries."""
        return "duckdb"

    def ibis(self, read_only: bool = False) -> Any:
        """A backend of ibis on the same database."""
        try:
            import ibis  # pyright: ignore[reportMissingTypeStubs]
        except ImportError:
            feature = "`Dataset.ibis`"
            raise MissingDependencyException(feature, ["ibis-framework[duckdb]"]) from None
        del read_only
        stack = contextlib.ExitStack()
        connection = stack.enter_context(self.connected())
        backend: Any = cast("Any", ibis).duckdb.from_connection(connection)
        # The connection lives as long as the backend that reads through it.
        backend._gristmill_connection = stack
        return backend

    def __getitem__(self, table_name: str) -> Relation:
        try:
            return self.table(table_name)
        except (ValueError, TypeError, AttributeError) as error:
            # `in` asks by number, and so do others who take it for a list.
            raise KeyError(str(error)) from None

    def __contains__(self, table_name: object) -> bool:
        return table_name in self.tables

    def _ipython_key_completions_(self) -> list[str]:
        return self.tables

    def __getattr__(self, name: str) -> Relation:
        # Notebooks and copies ask for names that are no tables; `_dlt_loads` is one.
        if name.startswith(("__", "_repr", "_ipython")) or "_schemas" not in vars(self):
            raise AttributeError(name)
        try:
            return self.table(name)
        except ValueError as error:
            raise AttributeError(str(error)) from None

    def __repr__(self) -> str:
        # What would have to be asked of the database is not.
        known = self._schemas[0] if self._schemas else self._given
        schema = f", schema={known!r}" if isinstance(known, Schema) else ""
        return f"<dlt.dataset(dataset_name={self.dataset_name!r}, destination={self.destination!r}{schema})>"

    def __str__(self) -> str:
        where = self.destination.displayable(*self._names)
        names = ", ".join(name for schema in self.schemas for name in schema.data_table_names())
        return (
            f"Dataset `{self.dataset_name}` at `{self.destination.destination_name}[{where}]` with schema"
            f" `{self.schema.name}`:\n  {names}"
        )

    def _repr_html_(self) -> str:
        """Tables with their rows, for notebooks."""
        from gristmill.dataset.html import headed, table_of_rows

        counts = self.row_counts().fetchall()
        place = f"{self.destination.destination_name} · schema {self.schema.name}"
        return headed(f"Dataset {self.dataset_name}", place, table_of_rows(["table", "rows"], counts, len(counts)))
