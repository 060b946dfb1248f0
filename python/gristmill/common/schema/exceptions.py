"""Errors of schemas."""

from __future__ import annotations

from gristmill.exceptions import (
    CannotCoerceColumnException,
    CannotCoerceNullException,
    DataValidationError,
    InvalidSchemaName,
    ParentTableNotFoundException,
    SchemaCorruptedException,
    SchemaException,
    TableIdentifiersFrozen,
    TableNotFound,
    UnboundColumnException,
)

__all__ = [
    "CannotCoerceColumnException",
    "CannotCoerceNullException",
    "DataValidationError",
    "InvalidSchemaName",
    "ParentTableNotFoundException",
    "SchemaCorruptedException",
    "SchemaException",
    "TableIdentifiersFrozen",
    "TableNotFound",
    "UnboundColumnException",
]
