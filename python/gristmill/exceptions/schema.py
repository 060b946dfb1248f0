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


class LineageFailedException(DltException):
    """A relation asks for a column that the table or query does not have."""

    def __init__(self, column: str, columns: list[str]) -> None:
        listed = ", ".join(f"`{name}`" for name in columns)
        super().__init__(f"the relation has no column `{column}`", hint=f"it has {listed}")


class TableIdentifiersFrozen(SchemaException):
    """Another naming convention would call tables that hold data otherwise."""

    def __init__(self, schema_name: str, table_name: str, to_naming: Any, from_naming: Any) -> None:
        self.schema_name = schema_name
        self.table_name = table_name
        self.to_naming = to_naming
        self.from_naming = from_naming
        super().__init__(
            f"schema `{schema_name}` names its tables by `{from_naming}`, and table `{table_name}` holds data:"
            f" it cannot follow `{to_naming}` now",
            hint="load under another pipeline or dataset name, or set"
            " `schema.allow_identifier_change_on_table_with_data` to true and see to the old tables yourself",
        )


class DataValidationError(SchemaException):
    """Data broke the schema contract."""

    kind = "contract"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        for name, value in details.items():
            setattr(self, name, value)
