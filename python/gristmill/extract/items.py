"""What flows through a resource besides plain data: marked items, and the type names that users import."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
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
    content: Any = None
    """Where the bytes are when not on this machine: bytes, an object of a store, or a function that opens a file."""
    size: int | None = None
    """In bytes, as it was listed."""

    def description(self) -> dict[str, Any]:
        """The file as the core takes it."""
        told = {"path": self.path, "format": self.format, "compression": self.compression, "options": self.options}
        return told if self.size is None else {**told, "size": self.size}


class BytesPage(list[Any]):
    """A list whose rows are still bytes in the core; they become Python objects when somebody looks at one.

    Then it turns into the list class that it stands for, so that everything works on it as ever. Whoever only passes it
    on (to the writer, in the end) keeps it as it is. A subclass says how rows are read. Code of the user's gets it only
    `filled`: what is written in C would see an empty list.
    """

    answer: Any
    """The answer in the core."""
    steps: tuple[str | int, ...]
    """Where in the answer the rows are."""
    origin: str
    """Where it came from, for errors: a URL without secrets, and a page."""
    constants: dict[str, Any]
    """What each row gets beside its own."""

    def set_bytes(
        self, answer: Any, steps: tuple[str | int, ...], count: int, origin: str, plain: type[list[Any]]
    ) -> None:
        """Stand for `count` rows; `plain` is the class to turn into."""
        self.answer, self.steps, self.origin, self.constants = answer, steps, origin, {}
        self._count = count
        self._plain = plain

    def _read(self) -> list[Any]:
        raise NotImplementedError

    def filled(self) -> list[Any]:
        """The rows, from here on as Python objects."""
        return self._become()

    def extent(self, key: str) -> list[Any] | None:
        """Lowest value of a key, the rows that have it, highest value, the rows that have it; None when unknown."""
        found = None if key in self.constants else self.answer.extent(self.steps, key)
        if found is not None and self.constants:
            lowest, at_lowest, highest, at_highest = found
            return [lowest, self._with_constants(at_lowest), highest, self._with_constants(at_highest)]
        return found

    def fields(self, paths: Sequence[tuple[str | int, ...]]) -> list[list[Any]] | None:
        """What stands at each path in each row; None when unknown, or when a row lacks one."""
        if any(path[0] in self.constants for path in paths):
            return None
        return self.answer.fields(self.steps, paths)

    def add_constants(self, constants: dict[str, Any]) -> None:
        """Give each row these entries, in place of its own of the same names."""
        if all(_is_plain(value) for value in constants.values()):
            self.constants = {**self.constants, **constants}
        else:
            for row in self._become():
                row.update(constants)

    def _with_constants(self, rows: list[Any]) -> list[Any]:
        for row in rows if self.constants else ():
            row.update(self.constants)
        return rows

    def _become(self) -> list[Any]:
        rows = self._with_constants(self._read())
        self.__class__ = self._plain  # pyright: ignore[reportAttributeAccessIssue]
        list.extend(self, rows)
        return self

    def __len__(self) -> int:
        return self._count


def _is_plain(value: Any) -> bool:
    """Whether the core has a way to say the value in each row."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, str)


def _looking(name: str) -> Callable[..., Any]:
    def method(self: BytesPage, *args: Any) -> Any:
        return getattr(self._become(), name)(*args)

    method.__name__ = name
    return method


# Everything that a list does with its rows; `len()` and being passed on need none.
for _name in (
    *("__iter__", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__reversed__", "__repr__", "__str__"),
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__iadd__", "__mul__", "__rmul__"),
    *("__imul__", "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"),
):
    setattr(BytesPage, _name, _looking(_name))


def _added_to(self: BytesPage, other: Any) -> Any:
    return other + self._become()


def _reduced(self: BytesPage, protocol: Any) -> Any:
    return list(self).__reduce_ex__(protocol)


setattr(BytesPage, "__radd__", _added_to)  # noqa: B010
setattr(BytesPage, "__reduce_ex__", _reduced)  # noqa: B010


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
    if isinstance(items, BytesPage):
        return len(items)
    if isinstance(items, list):
        return sum(count_rows(i) if is_arrow(i) else 1 for i in items)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if is_arrow(items):
        rows = getattr(items, "num_rows", None)
        return int(rows) if rows is not None else (len(items) if hasattr(items, "__len__") else 1)
    return len(items) if type(items) is not dict and isinstance(items, ColumnPage) else 1
