"""`pipeline.destination_client()`: what code written for dlt asks of a destination beyond SQL."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from gristmill.dataset.sql_client import SqlClient
    from gristmill.schema import Schema


class StorageSchemaInfo(NamedTuple):
    """A schema as it is stored beside the data."""

    version_hash: str
    schema_name: str
    version: int
    engine_version: int
    inserted_at: Any
    schema: str


class DestinationClient:
    """The storage of one schema: `with pipeline.destination_client() as client: client.drop_storage()`."""

    def __init__(self, schema: Schema, sql_client: SqlClient) -> None:
        self.schema = schema
        self.sql_client = sql_client

    def __enter__(self) -> Self:
        self.sql_client.open_connection()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.sql_client.close_connection()

    def is_storage_initialized(self) -> bool:
        """Whether the dataset is there."""
        return self.sql_client.has_dataset()

    def initialize_storage(self, truncate_tables: Iterable[str] | None = None) -> None:
        """Make the dataset, and empty tables."""
        if not self.is_storage_initialized():
            self.sql_client.create_dataset()
        elif truncate_tables:
            self.sql_client.truncate_tables(*truncate_tables)

    def drop_storage(self) -> None:
        """Remove the dataset and all that is in it."""
        if self.is_storage_initialized():
            self.sql_client.drop_dataset()

    def drop_tables(self, *tables: str, delete_schema: bool = True) -> None:
        """Remove tables; with `delete_schema` the stored schema too, so that the next load makes them again."""
        with self.sql_client.begin_transaction():
            self.sql_client.drop_tables(*tables)
            if delete_schema:
                name = self.sql_client.make_qualified_table_name("_dlt_version")
                self.sql_client.execute_sql(f"delete from {name} where schema_name = %s", self.schema.name)

    def get_storage_table(self, table_name: str) -> tuple[bool, dict[str, Any]]:
        """Whether a table is there, and its columns with DuckDB's types."""
        return next(iter(self.get_storage_tables([table_name])))[1:]

    def get_storage_tables(self, table_names: Iterable[str]) -> Iterator[tuple[str, bool, dict[str, Any]]]:
        """The same for several tables."""
        sql = (
            "select column_name, data_type, is_nullable = 'YES' from information_schema.columns "
            "where table_catalog = current_database() and table_schema = %s and table_name = %s order by ordinal_position"
        )
        for name in table_names:
            rows = self.sql_client.execute_sql(sql, self.sql_client.dataset_name, name) or []
            columns = {column: {"name": column, "data_type": kind, "nullable": n} for column, kind, n in rows}
            yield name, bool(columns), columns

    def get_stored_schema(self, schema_name: str | None = None) -> StorageSchemaInfo | None:
        """The newest stored schema of this name, of any when none is told."""
        from gristmill.exceptions import DatabaseUndefinedRelation

        table = self.sql_client.make_qualified_table_name("_dlt_version")
        where = "where schema_name = %s" if schema_name else ""
        sql = (
            "select version_hash, schema_name, version, engine_version, inserted_at, schema "
            f"from {table} {where} order by inserted_at desc limit 1"
        )
        with contextlib.suppress(DatabaseUndefinedRelation):
            for row in self.sql_client.execute_sql(sql, *([schema_name] if schema_name else [])) or []:
                return StorageSchemaInfo(*row)
        return None

    def update_stored_schema(
        self, only_tables: Iterable[str] | None = None, expected_update: Any = None, force: bool = False
    ) -> None:
        """Not needed: a load brings its schema in its own transaction."""
        del only_tables, expected_update, force
