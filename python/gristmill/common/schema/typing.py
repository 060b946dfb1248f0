"""Type names for schemas."""

from __future__ import annotations

from typing import Any, Literal

TDataType = Literal["text", "double", "bool", "timestamp", "bigint", "json", "decimal", "wei", "date", "time", "binary"]
TWriteDisposition = Literal["skip", "append", "replace", "merge"]
TWriteDispositionConfig = TWriteDisposition | dict[str, Any]
TSchemaEvolutionMode = Literal["evolve", "discard_value", "freeze", "discard_row"]
TSchemaContract = TSchemaEvolutionMode | dict[str, TSchemaEvolutionMode]
TTableFormat = Literal["iceberg", "delta", "hive", "native"]
TColumnSchema = dict[str, Any]
TColumnSchemaBase = dict[str, Any]
TTableSchema = dict[str, Any]
TTableSchemaColumns = dict[str, TColumnSchema]
TAnySchemaColumns = Any
TColumnNames = str | list[str]
