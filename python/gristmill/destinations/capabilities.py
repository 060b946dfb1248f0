"""What a destination can do, for code that asks before it acts: `pipeline.destination.capabilities()`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def escape_identifier(v: str) -> str:
    """A name in quotes, as SQL needs it.

    >>> escape_identifier('a "b" c')
    '"a ""b"" c"'
    """
    return '"' + v.replace('"', '""') + '"'


def escape_literal(v: Any) -> Any:
    r"""A value as it stands in SQL.

    >>> print(escape_literal("it's"), escape_literal(None), escape_literal(2), escape_literal(b"1"))
    'it''s' NULL 2 '\x31'::BLOB
    """
    if v is None:
        return "NULL"
    if isinstance(v, bytes):
        return "'" + "".join(f"\\x{byte:02x}" for byte in v) + "'::BLOB"
    if isinstance(v, (bool, int, float)):
        return str(v).lower() if isinstance(v, bool) else str(v)
    text = str(v).replace("'", "''")
    return f"'{text}'"


@dataclasses.dataclass
class DestinationCapabilitiesContext:
    """What a destination can do. Read it; to change it changes nothing.

    >>> DestinationCapabilitiesContext().timestamp_precision
    6
    """

    preferred_loader_file_format: str | None = None
    supported_loader_file_formats: list[str] = dataclasses.field(default_factory=list[str])
    preferred_staging_file_format: str | None = None
    supported_staging_file_formats: list[str] = dataclasses.field(default_factory=list[str])
    preferred_table_format: str | None = None
    supported_table_formats: list[str] | None = None
    naming_convention: str | None = None
    escape_identifier: Callable[[str], str] = escape_identifier
    escape_literal: Callable[[Any], Any] = escape_literal
    casefold_identifier: Callable[[str], str] = str
    has_case_sensitive_identifiers: bool = False
    decimal_precision: tuple[int, int] = (38, 9)
    wei_precision: tuple[int, int] = (76, 0)
    max_identifier_length: int = 65536
    max_column_identifier_length: int = 65536
    max_query_length: int = 32 * 1024 * 1024
    is_max_query_length_in_bytes: bool = True
    max_text_data_type_length: int = 1024 * 1024 * 1024
    is_max_text_data_type_length_in_bytes: bool = True
    supports_transactions: bool | None = None
    supports_ddl_transactions: bool = True
    supports_multiple_statements: bool = True
    supports_truncate_command: bool = True
    supports_clone_table: bool = False
    supports_native_boolean: bool = True
    supports_nested_types: bool = False
    supports_naive_datetime: bool = True
    supports_tz_aware_datetime: bool = True
    timestamp_precision: int = 6
    max_timestamp_precision: int = 6
    max_rows_per_insert: int | None = None
    max_table_nesting: int | None = None
    supported_merge_strategies: list[str] = dataclasses.field(default_factory=list[str])
    supported_replace_strategies: list[str] = dataclasses.field(default_factory=list[str])
    max_parallel_load_jobs: int | None = None
    loader_parallelism_strategy: str | None = None
    enforces_nulls_on_alter: bool = True
    sqlglot_dialect: str | None = None

    @classmethod
    def generic_capabilities(
        cls, preferred_loader_file_format: str | None = None, naming_convention: str | None = None
    ) -> DestinationCapabilitiesContext:
        """Those of a destination of which nothing more is known."""
        formats = [preferred_loader_file_format] if preferred_loader_file_format else []
        return cls(preferred_loader_file_format, formats, naming_convention=naming_convention)

    def keys(self) -> list[str]:
        """The names, so that `dict(capabilities)` gives all."""
        return [field.name for field in dataclasses.fields(self)]

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())


def of_duckdb() -> DestinationCapabilitiesContext:
    """Those of DuckDB."""
    return DestinationCapabilitiesContext(
        preferred_loader_file_format="insert_values",
        supported_loader_file_formats=["insert_values", "parquet", "jsonl", "model"],
        wei_precision=(38, 0),
        max_timestamp_precision=9,
        supports_truncate_command=False,
        supported_merge_strategies=["delete-insert", "upsert", "scd2", "insert-only", "cdc"],
        supported_replace_strategies=["truncate-and-insert", "insert-from-staging"],
        sqlglot_dialect="duckdb",
    )
