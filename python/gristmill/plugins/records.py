"""What plugins are given: the source to read, the model to store, the target of the profile.

The names and fields are those of dbt-duckdb's `utils` and `credentials` modules, so that its plugins find them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def escape_sql_string(value: object) -> str:
    """Double the quotes of a value, so that it can stand between quotes in SQL.

    >>> escape_sql_string("it's")
    "it''s"
    """
    return str(value).replace("'", "''")


@dataclass
class SourceConfig:
    """A table of a source: its names, and its `meta` with its config laid over it.

    >>> source = SourceConfig("orders", "orders_v1", "raw", None, {"sheet": 2}, [])
    >>> source["sheet"], source.get("header", 0), "sheet" in source, source.table_name()
    (2, 0, True, 'raw.orders_v1')
    """

    name: str
    identifier: str
    schema: str
    database: str | None
    meta: dict[str, Any]
    tags: list[str]

    def get(self, key: str, default: Any = None) -> Any:
        """Give what the source says about `key`."""
        return self.meta.get(key, default)

    def __getitem__(self, key: str) -> Any:
        """Give what the source says about `key`; raises `KeyError` when it says nothing."""
        return self.meta[key]

    def __contains__(self, key: object) -> bool:
        """Whether the source says something about `key`."""
        return key in self.meta

    def table_name(self) -> str:
        """Give the names with dots between them, without quotes."""
        return ".".join(name for name in (self.database, self.schema, self.identifier) if name)

    def as_dict(self) -> dict[str, Any]:
        """Give everything in one dict, for `"{name}.csv".format(**source_config.as_dict())`."""
        names: dict[str, Any] = {
            "name": self.name,
            "identifier": self.identifier,
            "schema": self.schema,
            "database": self.database,
            "tags": self.tags,
        }
        return names | self.meta


@dataclass
class TargetLocation:
    """The file of an external model."""

    path: str
    format: str

    def as_dict(self) -> dict[str, Any]:
        """Give both in a dict."""
        return {"path": self.path, "format": self.format}


@dataclass
class StoredRelation:
    """The view over the file of an external model; as text, its quoted name."""

    database: str | None
    schema: str | None
    identifier: str | None
    type: str | None = "view"
    rendered: str = ""

    @property
    def name(self) -> str | None:
        """The last of the three names."""
        return self.identifier

    def render(self) -> str:
        """Give the name as SQL writes it."""
        return self.rendered

    def __str__(self) -> str:
        """As SQL writes it."""
        return self.rendered

    def to_dict(self) -> dict[str, Any]:
        """Give the names as a dict."""
        path = {"database": self.database, "schema": self.schema, "identifier": self.identifier}
        return {"path": path, "type": self.type}


@dataclass
class StoredColumn:
    """A column of an external model: its name, and its type in DuckDB's words."""

    column: str
    dtype: str

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column

    @property
    def data_type(self) -> str:
        """The column's type."""
        return self.dtype


@dataclass
class TargetConfig:
    """An external model that was written: its relation, columns, config, and the place of its file."""

    relation: StoredRelation
    column_list: Sequence[StoredColumn]
    config: Mapping[str, Any]
    location: TargetLocation | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give everything in one dict."""
        told: dict[str, Any] = {
            "relation": self.relation.to_dict(),
            "column_list": [{"column": column.column, "dtype": column.dtype} for column in self.column_list],
            "config": self.config,
        }
        return told | ({"location": self.location.as_dict()} if self.location else {})


@dataclass
class Credentials:
    """The target of the profile, as plugins see it; each option of the profile is an attribute."""

    path: str
    database: str
    schema: str
    settings: dict[str, Any]
    options: dict[str, Any] = field(repr=False)

    type = "duckdb"

    def __getattr__(self, name: str) -> Any:
        """Give an option of the profile, or None where it does not say it."""
        if name.startswith("_") or name == "options":
            raise AttributeError(name)
        return self.options.get(name)
