"""How a database is opened: credentials in all their forms, and the settings of a table."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.oracle import NUMBER
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from gristmill.configuration import BaseConfiguration, ConnectionStringCredentials, configspec
from gristmill.exceptions import ConfigurationValueError, MissingDependencyException
from gristmill.extract.incremental import Incremental
from gristmill.sources.sql_database.loaders import TableBackend
from gristmill.sources.sql_database.schema_types import ReflectionLevel

if TYPE_CHECKING:
    from sqlalchemy.schema import MetaData

_log = logging.getLogger("gristmill")
_DRIVERS = {"postgresql": "psycopg2-binary", "mysql": "pymysql", "mssql": "pyodbc", "oracle": "oracledb"}
_DIALECTS = {
    "bigquery": "sqlalchemy-bigquery",
    "clickhouse": "clickhouse-sqlalchemy",
    "databricks": "databricks-sqlalchemy",
    "redshift": "sqlalchemy-redshift",
    "snowflake": "snowflake-sqlalchemy",
    "trino": "trino",
}


@configspec
class SqlTableResourceConfiguration(BaseConfiguration):
    """What `sql_table` takes from configuration, for instance `[sources.sql_database.orders] chunk_size = 1000`."""

    credentials: ConnectionStringCredentials | Engine | str = None  # pyright: ignore[reportAssignmentType]
    table: str = None  # pyright: ignore[reportAssignmentType]
    schema: str | None = None
    incremental: Incremental[Any] | None = None
    chunk_size: int = 50000
    # A registered backend has a name of its own, so any text is let through and checked when the table is read.
    backend: TableBackend | str = "sqlalchemy"
    detect_precision_hints: bool | None = None
    defer_table_reflect: bool | None = False
    reflection_level: ReflectionLevel | None = "full"
    included_columns: list[str] | None = None
    excluded_columns: list[str] | None = None
    write_disposition: Any = None
    primary_key: Any = None
    merge_key: Any = None
    engine_kwargs: dict[str, Any] | None = None


SqlDatabaseTableConfiguration = SqlTableResourceConfiguration


def engine_from_credentials(
    credentials: ConnectionStringCredentials | Engine | str, may_dispose_after_use: bool = False, **backend_kwargs: Any
) -> Engine:
    """An engine from a connection string, from credentials, or itself; further arguments go to `sqlalchemy.create_engine`."""
    if isinstance(credentials, Engine):
        return credentials
    if isinstance(credentials, ConnectionStringCredentials):
        credentials = credentials.to_native_representation()
    register_dialects()
    try:
        engine = sa.create_engine(credentials, **backend_kwargs)
    except ImportError as error:
        name = str(credentials).split("://", 1)[0]
        feature = f"a database of the kind `{name}`"
        raise MissingDependencyException(feature, [_DRIVERS.get(name.split("+")[0], str(error.name))]) from None
    except (ArgumentError, NoSuchModuleError) as error:
        # The text of a connection string is not quoted: it may hold a password.
        message = "the credentials of the database are not a connection string"
        hint = "it looks like `postgresql://user:password@host:5432/database` or `sqlite:///file.db`"
        if isinstance(error, NoSuchModuleError):
            name = str(credentials).split("://", 1)[0].split("+")[0]
            if package := _DIALECTS.get(name):
                feature = f"a database of the kind `{name}`"
                raise MissingDependencyException(feature, [package]) from None
            message = f"there is no kind of database `{name}`"
            hint = (
                "SQLAlchemy calls it `postgresql`"
                if name == "postgres"
                else "install the package of its SQLAlchemy dialect"
            )
        raise ConfigurationValueError(message, hint=hint) from None
    engine.may_dispose_after_use = may_dispose_after_use  # pyright: ignore[reportAttributeAccessIssue]
    return engine


def register_dialects() -> None:
    """Let `duckdb://` be read by the dialect that comes with gristmill, unless another one is installed."""
    from importlib.metadata import entry_points

    from sqlalchemy.dialects import registry

    if not entry_points(group="sqlalchemy.dialects", name="duckdb"):
        registry.register("duckdb", "gristmill.sources.sql_database.duckdb_dialect", "DuckDBDialect")


def must_be_there(engine: Engine) -> None:
    """Refuse a database file that does not exist: SQLite and DuckDB would make an empty one, without tables."""
    file, kind = engine.url.database, engine.dialect.name
    if kind not in ("sqlite", "duckdb") or not file or file.startswith((":memory:", "file:", "md:")):
        return
    if not Path(file).exists():
        message = f"there is no database file `{Path(file).absolute()}`"
        hint = f"`{kind}:///shop.db` is in the working folder, `{kind}:////data/shop.db` in `/data`"
        raise ConfigurationValueError(message, hint=hint)


def default_engine_adapter_callback(engine: Engine, metadata: MetaData) -> None:
    """Settings that a dialect needs: numbers of Oracle come as decimals, which lose nothing."""
    if engine.dialect.name == "oracle":
        event.listen(metadata, "column_reflect", _exact_numbers)


def _exact_numbers(_inspector: Any, _table: Any, column: dict[str, Any]) -> None:
    kind = column.get("type")
    if isinstance(kind, NUMBER):
        column["type"] = NUMBER(precision=kind.precision, scale=kind.scale, asdecimal=True)  # pyright: ignore[reportArgumentType]
