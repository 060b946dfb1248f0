"""`pyarrow`, or an error that says how to install it."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import pyarrow as _module  # noqa: ICN001  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.pyarrow`"
    raise MissingDependencyException(feature, ["pyarrow"]) from None

pyarrow: Any = _module
pa: Any = _module


def is_arrow_item(item: Any) -> bool:
    """Whether something is a table or a batch of arrow."""
    return isinstance(item, (pa.Table, pa.RecordBatch))


def py_arrow_to_table_schema_columns(schema: Any) -> dict[str, dict[str, Any]]:
    """The columns that a schema of arrow declares."""
    from gristmill.extract.columns import arrow_columns

    return arrow_columns(schema)
