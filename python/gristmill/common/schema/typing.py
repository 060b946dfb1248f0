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
TColumnHint = str
TColumnProp = str
TTypeDetections = Literal[
    "timestamp", "iso_timestamp", "iso_date", "large_integer", "hexbytes_to_text", "wei_to_double"
]
TFileFormat = Literal["preferred", "jsonl", "typed-jsonl", "insert_values", "parquet", "csv", "reference", "model"]
TLoaderMergeStrategy = Literal["delete-insert", "scd2", "upsert", "insert-only", "cdc"]
TLoaderReplaceStrategy = Literal["truncate-and-insert", "insert-from-staging", "staging-optimized"]
TSchemaContractEntities = Literal["tables", "columns", "data_type"]
TSchemaContractDict = dict[TSchemaContractEntities, TSchemaEvolutionMode]
TPartialTableSchema = dict[str, Any]
TTableReference = dict[str, Any]
TTableReferenceParam = list[TTableReference]
TScd2StrategyDict = dict[str, Any]
TMergeDispositionDict = dict[str, Any]
TStoredSchema = dict[str, Any]
TSchemaTables = dict[str, TTableSchema]
TSchemaUpdate = dict[str, list[TTableSchema]]

TRowFilters = dict[str, list[str]]
TSimpleRegex = str
TColumnName = str
TColumnType = dict[str, Any]
TWriteDispositionDict = dict[str, Any]
TDeleteInsertStrategyDict = dict[str, Any]
TUpsertStrategyDict = dict[str, Any]
TCdcStrategyDict = dict[str, Any]
TTableReferenceInline = dict[str, Any]
TTableReferenceStandalone = dict[str, Any]
TSchemaSettings = dict[str, Any]

SCHEMA_ENGINE_VERSION = 11
SIMPLE_REGEX_PREFIX = "re:"
WRITE_DISPOSITIONS: set[str] = {"skip", "append", "replace", "merge"}
MERGE_STRATEGIES: set[str] = {"delete-insert", "scd2", "upsert", "insert-only", "cdc"}
REPLACE_STRATEGIES: set[str] = {"truncate-and-insert", "insert-from-staging", "staging-optimized"}
DEFAULT_VALIDITY_COLUMN_NAMES = ["_dlt_valid_from", "_dlt_valid_to"]
C_DLT_LOADS_TABLE_LOAD_ID = "load_id"
VERSION_TABLE_NAME = "_dlt_version"
LOADS_TABLE_NAME = "_dlt_loads"
PIPELINE_STATE_TABLE_NAME = "_dlt_pipeline_state"
DLT_NAME_PREFIX = "_dlt"
C_DLT_ID = "_dlt_id"
C_DLT_LOAD_ID = "_dlt_load_id"
