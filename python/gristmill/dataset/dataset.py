"""The loaded data of a pipeline: `dataset["orders"]`, `dataset.orders`, `dataset("select ...")`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill.dataset.relation import LOAD_ID, Relation
from gristmill.dataset.sql_client import SqlClient
from gristmill.destinations.destination import Destination
from gristmill.exceptions import MissingDependencyException, TableNotFound
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
        self._schema: Schema | None = schema if isinstance(schema, Schema) else None
        self._schema_name: str | None = schema if isinstance(schema, str) else None
        self._open: Any = None
        self._stack = contextlib.ExitStack()

    @property
    def schema(self) -> Schema:
        """The schema of the data, as the pipeline knows it or as it is stored beside the data."""
        if self._schema is None:
            from gristmill import _core

            with self.connected() as connection:
                found = _core.restore(connection, self.dataset_name, self._names[0] or "")
            schemas: list[Any] = (found or {}).get("schemas") or []
            wanted = [s for s in schemas if self._schema_name in (None, s["name"])]
            self._schema = Schema.from_dict(wanted[0]) if wanted else Schema(self._schema_name or self.dataset_name)
        return self._schema

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
                connection.execute(f"set schema = '{self.dataset_name}'")
            yield connection

    def __enter__(self) -> Self:
        self._open = self._stack.enter_context(self.connected())
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._open = None
        self._stack.close()

    @property
    def tables(self) -> list[str]:
        """The names of all tables, those that keep account last."""
        schema = self.schema
        return schema.data_table_names() + schema.dlt_table_names()

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
        if name not in self.schema.tables:
            raise TableNotFound(self.schema.name, table_name)
        found = Relation.of_table(self, name)
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
        names = table_names or [
            *(self.schema.data_table_names() if data_tables else ()),
            *(self.schema.dlt_table_names() if dlt_tables else ()),
        ]
        where = ""
        if load_id is not None:
            names = [name for name in names if LOAD_ID in self.schema.get_table_columns(name)]
            where = f" where {LOAD_ID} = '{load_id.replace(QUOTE, QUOTE * 2)}'"
        parts = (f"""select '{name}' as table_name, count(*) as row_count from "{name}"{where}""" for name in names)
        return Relation(self, " union all ".join(parts) or "select '' as table_name, 0 as row_count where false")

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
        return (self._place(), self.dataset_name) == (other._place(), other.dataset_name)

    def _place(self) -> str:
        return self.destination.displayable(*self._names)

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """The schemas that are kept beside the data, or the one that it was given."""
        return (self.schema,)

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
        return self.table(table_name)

    def __getattr__(self, name: str) -> Relation:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self.table(name)
        except TableNotFound as error:
            raise AttributeError(error.message) from None

    def __repr__(self) -> str:
        return f"<dlt.dataset(dataset_name={self.dataset_name!r}, destination={self.destination.destination_name!r})>"

    def __str__(self) -> str:
        where = self.destination.displayable(*self._names)
        names = ", ".join(self.schema.data_table_names())
        return (
            f"Dataset `{self.dataset_name}` at `{self.destination.destination_name}[{where}]` with schema"
            f" `{self.schema.name}`:\n  {names} "
        )

    def _repr_html_(self) -> str:
        """Tables with their rows, for notebooks."""
        from gristmill.dataset.html import headed, table_of_rows

        counts = self.row_counts().fetchall() if self.schema.data_table_names() else []
        place = f"{self.destination.destination_name} · schema {self.schema.name}"
        return headed(f"Dataset {self.dataset_name}", place, table_of_rows(["table", "rows"], counts, len(counts)))
