"""Errors of schemas."""

from __future__ import annotations

from gristmill.exceptions import (
    DataValidationError,
    InvalidSchemaName,
    SchemaException,
    TableIdentifiersFrozen,
    TableNotFound,
)

__all__ = [
    "DataValidationError",
    "InvalidSchemaName",
    "SchemaException",
    "TableIdentifiersFrozen",
    "TableNotFound",
]
