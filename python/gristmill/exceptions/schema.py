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


class SchemaCorruptedException(SchemaException):
    """A schema that cannot be loaded as it is: a merge without its key, say."""


class _OfColumn(SchemaException):
    def __init__(self, message: str, schema_name: str, table_name: str, column_name: str) -> None:
        self.schema_name = schema_name
        self.table_name = table_name
        self.column_name = column_name
        super().__init__(message)


class CannotCoerceColumnException(_OfColumn):
    """A value fits neither its column nor a variant of it."""


class CannotCoerceNullException(_OfColumn):
    """A column that must not be empty got no value in some row."""


class UnboundColumnException(_OfColumn):
    """A column that must not be empty got no value at all; a key whose name is misspelt, most of the time."""

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns without values."""
        return [{"name": self.column_name, "nullable": False}]


class ParentTableNotFoundException(SchemaException):
    """A table is nested in one that the schema does not have."""

    def __init__(self, schema_name: str, table_name: str, parent_table_name: str, explanation: str = "") -> None:
        self.schema_name = schema_name
        self.table_name = table_name
        self.parent_table_name = parent_table_name
        super().__init__(
            f"schema `{schema_name}` has no table `{parent_table_name}`, in which `{table_name}` is nested {explanation}".strip()
        )


_REFUSED: dict[str, type[_OfColumn]] = {
    "value": CannotCoerceColumnException,
    "null": CannotCoerceNullException,
    "unbound": UnboundColumnException,
}


def refused(schema_name: str, error: Exception) -> SchemaException | None:
    """What the core refused of the data, as the error that users of dlt catch; `None` for anything else."""
    about: dict[str, str] = getattr(error, "about", {})
    what = about.get("refused")
    if what == "table":
        return SchemaCorruptedException(str(error))
    if what not in _REFUSED:
        return None
    return _REFUSED[what](str(error), schema_name, about["table_name"], about["column_name"])


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
