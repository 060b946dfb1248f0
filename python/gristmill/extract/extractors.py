"""dlt's module path for items that are no rows: a table without any, and a file as it is."""

from __future__ import annotations

from gristmill.extract.items import MaterializedEmptyList
from gristmill.mark import materialize_table_schema as materialize_schema_item
from gristmill.mark import with_file_import

__all__ = [
    "MaterializedEmptyList",
    "materialize_schema_item",
    "with_file_import",
]
