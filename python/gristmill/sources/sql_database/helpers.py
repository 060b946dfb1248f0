"""The names that users of dlt import from here."""

from __future__ import annotations

from gristmill.sources.sql_database.credentials import (
    SqlDatabaseTableConfiguration,
    SqlTableResourceConfiguration,
    default_engine_adapter_callback,
    engine_from_credentials,
)
from gristmill.sources.sql_database.loaders import (
    TABLE_LOADER_REGISTRY,
    BaseTableLoader,
    ConnectorXTableLoader,
    SelectClause,
    TableBackend,
    TableLoader,
    TQueryAdapter,
    TTableAdapter,
    get_table_loader_class,
    register_table_loader_backend,
)
from gristmill.sources.sql_database.reading import table_rows
from gristmill.sources.sql_database.table_adapters import remove_nullability_adapter, unwrap_json_connector_x

__all__ = [
    "TABLE_LOADER_REGISTRY",
    "BaseTableLoader",
    "ConnectorXTableLoader",
    "SelectClause",
    "SqlDatabaseTableConfiguration",
    "SqlTableResourceConfiguration",
    "TQueryAdapter",
    "TTableAdapter",
    "TableBackend",
    "TableLoader",
    "default_engine_adapter_callback",
    "engine_from_credentials",
    "get_table_loader_class",
    "register_table_loader_backend",
    "remove_nullability_adapter",
    "table_rows",
    "unwrap_json_connector_x",
]
