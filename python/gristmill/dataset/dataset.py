"""The loaded data of a pipeline: `dataset["orders"]`, `dataset.orders`, `dataset("select ...")`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

from gristmill.dataset.relation import Relation
from gristmill.dataset.sql_client import SqlClient
from gristmill.exceptions import TableNotFound
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

    from gristmill.destinations.destination import Destination


class Dataset:
    """Tables in one schema of the destination."""

    def __init__(
        self,
        destination: Destination,
        dataset_name: str,
        schema: Schema | None,
        pipeline_name: str | None,
        working_dir: str | None,
    ) -> None:
        self.destination = destination
        self.dataset_name = dataset_name
        self._names = (pipeline_name, working_dir)
        self._schema = schema
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
            self._schema = Schema.from_dict(schemas[0]) if schemas else Schema(self.dataset_name)
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

    def table(self, table_name: str, table_type: str = "relation", **unused: Any) -> Relation:
        """A table."""
        del unused
        if table_type != "relation":
            from gristmill.exceptions import NotYetAvailable

            feature = f"tables as `{table_type}`"
            raise NotYetAvailable(feature)
        name = self.schema.naming.normalize_path(table_name)
        if name not in self.schema.tables:
            raise TableNotFound(self.schema.name, table_name)
        return Relation.of_table(self, name)

    def query(self, query: Any, query_dialect: str | None = None, **unused: Any) -> Relation:
        """The result of a query; tables go by their bare names."""
        del query_dialect, unused
        return Relation(self, query if isinstance(query, str) else query.sql())

    __call__ = query

    def row_counts(
        self, *, data_tables: bool = True, dlt_tables: bool = False, table_names: list[str] | None = None
    ) -> Relation:
        """How many rows each table has."""
        names = table_names or [
            *(self.schema.data_table_names() if data_tables else ()),
            *(self.schema.dlt_table_names() if dlt_tables else ()),
        ]
        parts = (f"""select '{name}' as table_name, count(*) as row_count from "{name}" """ for name in names)
        return Relation(self, " union all ".join(parts))

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
