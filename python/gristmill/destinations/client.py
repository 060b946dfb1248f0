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


class StateInfo(NamedTuple):
    """A pipeline's state as it is stored beside the data: `state` is packed."""

    version: int
    engine_version: int
    pipeline_name: str
    state: str
    created_at: Any
    version_hash: str | None = None
    load_id: str | None = None


class ClientConfiguration(NamedTuple):
    """What a client was made for."""

    destination_type: str
    destination_name: str
    dataset_name: str
    default_schema_name: str


class DestinationClient:
    """The storage of one schema: `with pipeline.destination_client() as client: client.drop_storage()`."""

    def __init__(self, schema: Schema, sql_client: SqlClient, config: ClientConfiguration | None = None) -> None:
        self.schema = schema
        self.sql_client = sql_client
        self.config = config or ClientConfiguration("duckdb", "duckdb", sql_client.dataset_name, schema.name)
        self.capabilities = sql_client.capabilities

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
        """Whether a table is there, and its columns with their types, as a schema names them."""
        [(_, columns)] = self.get_storage_tables([table_name])
        return bool(columns), columns

    def get_storage_tables(self, table_names: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The columns of several tables, each with its name; none for one that is not there."""
        sql = (
            "select column_name, data_type, is_nullable = 'YES', numeric_precision, numeric_scale from information_schema.columns "
            "where table_catalog = current_database() and table_schema = %s and table_name = %s order by ordinal_position"
        )
        for name in table_names:
            rows = self.sql_client.execute_sql(sql, self.sql_client.dataset_name, name) or []
            columns = {row[0]: _stored_column(*row) for row in rows}
            yield name, columns

    def get_stored_state(self, pipeline_name: str) -> StateInfo | None:
        """The newest state of a pipeline that a complete load brought."""
        from gristmill.exceptions import DatabaseUndefinedRelation

        states, loads = map(self.sql_client.make_qualified_table_name, ("_dlt_pipeline_state", "_dlt_loads"))
        sql = (
            "select s.version, s.engine_version, s.pipeline_name, s.state, s.created_at, s.version_hash, s._dlt_load_id "
            f"from {states} as s join {loads} as l on l.load_id = s._dlt_load_id where s.pipeline_name = %s "
            "and l.status = 0 order by l.load_id desc limit 1"
        )
        with contextlib.suppress(DatabaseUndefinedRelation):
            for row in self.sql_client.execute_sql(sql, pipeline_name) or []:
                return StateInfo(*row)
        return None

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
    ) -> dict[str, Any]:
        """Make the tables and columns that the schema has and the dataset lacks, and note the schema, in one transaction.

        `only_tables` leaves out all others. Gives the tables that changed, with their new columns.
        """
        del expected_update, force
        from gristmill import _core

        schema = self.schema
        if only_tables is not None:
            wanted = set(only_tables)
            schema = schema.clone()
            schema.drop_tables([name for name in schema.data_table_names() if name not in wanted])
        made = _core.bring_up(self.sql_client.native_connection, self.sql_client.dataset_name, schema.core)
        tables = schema._named_tables()
        return {
            name: {**tables[name], "columns": {column: tables[name]["columns"][column] for column in change["columns"]}}
            for name, change in made.items()
            if name in tables
        }


def _stored_column(name: str, kind: str, nullable: bool, precision: int | None, scale: int | None) -> dict[str, Any]:
    from gristmill.dataset.relation import column_of

    column = {**column_of(name, kind), "nullable": nullable}
    if column.get("data_type") in ("bigint", "decimal", "wei"):
        column.update(precision=precision, scale=scale)
        if (precision, scale) == (38, 0):
            column["data_type"] = "wei"
    return column
