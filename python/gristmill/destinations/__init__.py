"""Where data goes. `dlt.destinations.duckdb(...)` is here; the others say plainly that they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from gristmill.destinations.destination import Destination
from gristmill.destinations.duckdb import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Destination", "destination", "duckdb"]

_OTHERS = frozenset(
    [
        "postgres",
        "snowflake",
        "filesystem",
        "ducklake",
        "dummy",
        "mssql",
        "fabric",
        "bigquery",
        "athena",
        "redshift",
        "qdrant",
        "lancedb",
        "lance",
        "motherduck",
        "weaviate",
        "synapse",
        "databricks",
        "dremio",
        "clickhouse",
        "sqlalchemy",
    ]
)


def destination(*args: Any, **kwargs: Any) -> NoReturn:
    """`@dlt.destination`, a function that takes the data."""
    from gristmill.exceptions import NotYetAvailable

    del args, kwargs
    feature = "`@dlt.destination` (a function as destination)"
    raise NotYetAvailable(feature)


def __getattr__(name: str) -> Callable[..., NoReturn]:
    if name not in _OTHERS:
        raise AttributeError(name)

    def missing(*args: Any, **kwargs: Any) -> NoReturn:
        from gristmill.exceptions import NotYetAvailable

        del args, kwargs
        feature = f"destination `{name}`"
        raise NotYetAvailable(feature)

    return missing
