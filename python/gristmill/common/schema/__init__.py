"""Schemas."""

from __future__ import annotations

from gristmill.common.schema import utils
from gristmill.common.schema.typing import (
    TColumnHint,
    TColumnSchema,
    TColumnSchemaBase,
    TSchemaContractDict,
    TSchemaTables,
    TSchemaUpdate,
    TStoredSchema,
    TTableSchema,
    TTableSchemaColumns,
)
from gristmill.exceptions import DataValidationError
from gristmill.schema import Schema

__all__ = [
    "DataValidationError",
    "Schema",
    "TColumnHint",
    "TColumnSchema",
    "TColumnSchemaBase",
    "TSchemaContractDict",
    "TSchemaTables",
    "TSchemaUpdate",
    "TStoredSchema",
    "TTableSchema",
    "TTableSchemaColumns",
    "utils",
]
