"""SQLAlchemy's view of DuckDB, as far as reading tables needs it, through the `duckdb` module and no other door.

It stands in where no other dialect for `duckdb://` is installed. `duckdb:///shop.duckdb` opens the file for reading and
writing, as `duckdb.connect` does; it shares the instance with whatever else in this process has the file open.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGIdentifierPreparer, PGTypeCompiler
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import NoSuchTableError

_PLAIN: dict[str, Any] = {
    "TINYINT": types.SmallInteger,
    "SMALLINT": types.SmallInteger,
    "UTINYINT": types.SmallInteger,
    "INTEGER": types.Integer,
    "USMALLINT": types.Integer,
    "UINTEGER": types.BigInteger,
    "BIGINT": types.BigInteger,
    "FLOAT": types.Float,
    "DOUBLE": types.Double,
    "BOOLEAN": types.Boolean,
    "VARCHAR": types.String,
    "BLOB": types.LargeBinary,
    "DATE": types.Date,
    "TIME": types.Time,
    "TIMESTAMP": types.DateTime,
    "TIMESTAMP_S": types.DateTime,
    "TIMESTAMP_MS": types.DateTime,
    "TIMESTAMP_NS": types.DateTime,
}


def column_type(name: str) -> Any:  # noqa: PLR0911
    """The SQLAlchemy type of DuckDB's type with this name.

    >>> column_type("DECIMAL(10,2)"), column_type("TIMESTAMP WITH TIME ZONE").timezone
    (Numeric(precision=10, scale=2), True)
    """
    if decimal := re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", name):
        return types.Numeric(int(decimal[1]), int(decimal[2]))
    if name in ("HUGEINT", "UBIGINT", "UHUGEINT"):
        return types.Numeric(38, 0)
    if name == "TIMESTAMP WITH TIME ZONE":
        return types.DateTime(timezone=True)
    if name == "UUID":
        return types.Uuid()
    if name.startswith("ENUM("):
        return types.Text()
    if name == "JSON":
        return types.JSON()
    if name.endswith("]"):
        return types.ARRAY(types.String())
    kind = _PLAIN.get(name)
    return kind() if kind is not None else types.NullType()


class DuckDBDialect(DefaultDialect):
    """Compiles as PostgreSQL does, which DuckDB follows, and reflects from `duckdb_columns()`."""

    name = "duckdb"
    driver = "duckdb"
    supports_statement_cache = True
    default_paramstyle = "qmark"
    statement_compiler = PGCompiler
    type_compiler_cls = PGTypeCompiler
    preparer = PGIdentifierPreparer
    # PGCompiler asks its dialect these things.
    _backslash_escapes = False
    use_insertmanyvalues = False
    supports_native_uuid = True

    @classmethod
    def import_dbapi(cls) -> Any:
        """The module."""
        import duckdb

        return duckdb

    def create_connect_args(self, url: Any) -> Any:
        """The arguments of `duckdb.connect`."""
        settings = dict(url.query)
        read_only = settings.pop("read_only", settings.pop("access_mode", "")) in ("true", "True", "1", "READ_ONLY")
        return (), {"database": url.database or ":memory:", "read_only": read_only, "config": settings}

    def initialize(self, connection: Any) -> None:
        """Ask for the schema that names without one are looked for in."""
        self.default_schema_name = connection.exec_driver_sql("select current_schema()").scalar()
        self.server_version_info = (15,)

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing: reading needs no transaction of its own."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing."""

    def _all(self, connection: Any, sql: str, *parameters: Any) -> list[Any]:
        return connection.exec_driver_sql(sql, parameters).fetchall()

    def get_schema_names(self, connection: Any, **kw: Any) -> list[str]:
        """The schemas of the database that is open."""
        sql = "select schema_name from duckdb_schemas() where database_name = current_database() and not internal"
        return [row[0] for row in self._all(connection, sql)]

    def _relations(self, connection: Any, what: str, schema: str | None) -> list[str]:
        sql = (
            f"select {what}_name from duckdb_{what}s() where database_name = current_database() and not internal"
            f" and schema_name = coalesce(?, current_schema()) order by 1"
        )
        return [row[0] for row in self._all(connection, sql, schema)]

    def get_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """The tables of a schema."""
        return self._relations(connection, "table", schema)

    def get_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """The views of a schema."""
        return self._relations(connection, "view", schema)

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is a table or view of this name."""
        known = (*self.get_table_names(connection, schema), *self.get_view_names(connection, schema))
        return table_name in known

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """The columns, in order."""
        sql = (
            "select column_name, data_type, is_nullable from duckdb_columns() where database_name = current_database()"
            " and schema_name = coalesce(?, current_schema()) and table_name = ? order by column_index"
        )
        found = self._all(connection, sql, schema, table_name)
        if not found:
            raise NoSuchTableError(table_name)
        return [{"name": n, "type": column_type(kind), "nullable": null, "default": None} for n, kind, null in found]

    def _constraints(self, connection: Any, table: str, schema: str | None, kind: str) -> list[Any]:
        sql = (
            "select constraint_name, constraint_column_names, referenced_table, referenced_column_names"
            " from duckdb_constraints() where database_name = current_database()"
            " and schema_name = coalesce(?, current_schema()) and table_name = ? and constraint_type = ?"
        )
        return self._all(connection, sql, schema, table, kind)

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """The primary key."""
        found = self._constraints(connection, table_name, schema, "PRIMARY KEY")
        return {"name": found[0][0] if found else None, "constrained_columns": found[0][1] if found else []}

    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """The foreign keys; DuckDB's stay within a schema."""
        return [
            {
                "name": n,
                "constrained_columns": own,
                "referred_schema": schema,
                "referred_table": to,
                "referred_columns": r,
            }
            for n, own, to, r in self._constraints(connection, table_name, schema, "FOREIGN KEY")
        ]

    def get_indexes(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """None: an index says nothing about rows."""
        return []

    def get_unique_constraints(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """None, for the same reason."""
        return []

    def get_view_definition(self, connection: Any, view_name: str, schema: str | None = None, **kw: Any) -> Any:
        """The SQL of a view."""
        found = self._all(connection, "select sql from duckdb_views() where view_name = ?", view_name)
        return found[0][0] if found else None
