"""What adapters of other warehouses add to a resource: partitions, clusters, indexes. DuckDB has no use for them.

A script that was written for BigQuery goes on to load when its destination becomes DuckDB: the resource comes back as it was, and
the log says once what is not used.

>>> from gristmill.destinations.adapters import bigquery_adapter
>>> bigquery_adapter([{"id": 1}], cluster="id").name
'content'
"""

from __future__ import annotations

import functools
import logging
from typing import Any

from gristmill.extract.resource import DltResource

__all__ = [
    "athena_adapter",
    "athena_partition",
    "bigquery_adapter",
    "bigquery_partition",
    "clickhouse_adapter",
    "databricks_adapter",
    "iceberg_adapter",
    "iceberg_partition",
    "lance_adapter",
    "lancedb_adapter",
    "postgres_adapter",
    "qdrant_adapter",
    "synapse_adapter",
    "weaviate_adapter",
]

_log = logging.getLogger("gristmill")


@functools.cache
def _told(adapter: str) -> None:
    _log.warning("`%s`: its hints are kept out, because DuckDB has no use for them", adapter)


class _Adapter:
    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, data: Any, *args: Any, **hints: Any) -> DltResource:
        """The resource, or one that is made of the data, without the hints."""
        del args
        if hints:
            _told(self.__name__)
        return data if isinstance(data, DltResource) else DltResource.from_data(data, name="content")


class _Partition:
    """What makes the partitions of an adapter: `bigquery_partition.range_bucket(...)`; each call gives a plain description."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **options: {"partition": name, "args": args, **options}  # pyright: ignore[reportUnknownLambdaType, reportUnknownVariableType]


athena_adapter = _Adapter("athena_adapter")
bigquery_adapter = _Adapter("bigquery_adapter")
clickhouse_adapter = _Adapter("clickhouse_adapter")
databricks_adapter = _Adapter("databricks_adapter")
iceberg_adapter = _Adapter("iceberg_adapter")
lance_adapter = _Adapter("lance_adapter")
lancedb_adapter = _Adapter("lancedb_adapter")
postgres_adapter = _Adapter("postgres_adapter")
qdrant_adapter = _Adapter("qdrant_adapter")
synapse_adapter = _Adapter("synapse_adapter")
weaviate_adapter = _Adapter("weaviate_adapter")
athena_partition = _Partition()
bigquery_partition = _Partition()
iceberg_partition = _Partition()
