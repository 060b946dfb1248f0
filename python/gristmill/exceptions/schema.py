"""Errors of schemas."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions.error import DltException


class SchemaException(DltException):
    """Anything wrong with a schema."""

    kind = "schema"


class InvalidSchemaName(ValueError, SchemaException):
    """A schema's name must be a valid identifier."""


class TableNotFound(KeyError, SchemaException):
    """The schema has no such table."""

    def __init__(self, schema_name: str, table_name: str) -> None:
        self.schema_name = schema_name
        self.table_name = table_name
        SchemaException.__init__(self, f"schema `{schema_name}` has no table `{table_name}`")

    def __str__(self) -> str:
        return self.message


class DataValidationError(SchemaException):
    """Data broke the schema contract."""

    kind = "contract"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        for name, value in details.items():
            setattr(self, name, value)


class TableIdentifiersFrozen(SchemaException):
    """A naming convention cannot change the names of a table that holds data."""

    def __init__(self, schema_name: str, table_name: str, naming: str) -> None:
        self.schema_name = schema_name
        self.table_name = table_name
        super().__init__(
            f"naming convention `{naming}` would rename table `{table_name}` of schema `{schema_name}`, which holds data",
            hint="load into another dataset, or set `schema.allow_identifier_change_on_table_with_data`",
        )
