"""What flows through a resource besides plain data: marked items, and the type names that users import."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

TDataItem = Any
"""A single data item, as extracted from a source."""
TDataItems = Any
"""One item, or a list of them."""
TAny = TypeVar("TAny")
TTableHintTemplate = TAny | Callable[[Any], TAny]


class DataItemWithMeta(NamedTuple):
    """An item with a note on what to do with it."""

    meta: Any
    data: Any


class TableNameMeta(NamedTuple):
    """The note: this item goes to that table."""

    table_name: str


class HintsMeta(NamedTuple):
    """The note: from here on the resource has these hints."""

    hints: dict[str, Any]
    create_table_variant: bool


class MaterializedEmptyList(list[Any]):
    """An empty list that still makes its table exist."""


class FileItem(NamedTuple):
    """A file whose rows are read by the core, from bytes to Arrow; no row becomes a Python object."""

    path: str
    format: str
    compression: str | None = None
    options: dict[str, Any] = {}  # noqa: RUF012


@runtime_checkable
class ColumnPage(Protocol):
    """Rows that travel as columns; a source yields such pages only where no step in Python takes them."""

    def __len__(self) -> int:
        """How many rows."""
        ...

    def columns(self) -> Any | None:
        """The rows as an Arrow batch, with values that fit the table's types; None when only items can hold them."""
        ...

    def rows(self) -> list[dict[str, Any]]:
        """The rows as items."""
        ...

    def filtered(self, cursor: Any, name: str) -> tuple[Any, bool, bool]:
        """What an incremental's cursor on the column `name` keeps; whether rows were before its start, beyond its end."""
        ...


def is_arrow(item: Any) -> bool:
    """Whether the item hands itself over as Arrow: tables, batches, pandas and polars frames, readers."""
    kind = type(item)
    if kind in (dict, list, str, int):
        return False
    if hasattr(kind, "__arrow_c_stream__"):
        return True
    # A struct array also has the array interface, but one column is no table.
    return hasattr(kind, "__arrow_c_array__") and kind.__name__ == "RecordBatch"


def is_pydantic(item: Any) -> bool:
    """Whether the item is a pydantic model, without importing pydantic for it."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(item, pydantic.BaseModel)


def count_rows(items: Any) -> int:
    """How many rows an item stands for."""
    if isinstance(items, list):
        return sum(count_rows(i) if is_arrow(i) else 1 for i in items)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if is_arrow(items):
        rows = getattr(items, "num_rows", None)
        return int(rows) if rows is not None else (len(items) if hasattr(items, "__len__") else 1)
    return len(items) if type(items) is not dict and isinstance(items, ColumnPage) else 1
