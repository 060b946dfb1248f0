"""Schemas."""

from __future__ import annotations

from gristmill.common.schema.typing import TColumnSchema, TTableSchema, TTableSchemaColumns
from gristmill.schema import Schema

__all__ = ["Schema", "TColumnSchema", "TTableSchema", "TTableSchemaColumns"]
