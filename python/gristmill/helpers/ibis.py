"""Tables of a schema as expressions of ibis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.common.libs.ibis import ibis

if TYPE_CHECKING:
    from gristmill.schema import Schema

__all__ = ["DATA_TYPE_MAP", "create_unbound_ibis_table"]

DATA_TYPE_MAP = {
    "text": "string",
    "double": "float64",
    "bool": "boolean",
    "timestamp": "timestamp",
    "bigint": "int64",
    "binary": "binary",
    "json": "string",
    "decimal": "decimal",
    "wei": "decimal",
    "date": "date",
    "time": "time",
}


def create_unbound_ibis_table(schema: Schema, dataset_name: str, table_name: str) -> Any:
    """A table of a schema as an expression of ibis that is bound to no database; names stay as they are."""
    columns = {
        name: DATA_TYPE_MAP[column["data_type"]] for name, column in schema.get_table_columns(table_name).items()
    }
    return ibis.table(schema=columns, name=table_name, database=dataset_name)
