"""The rows that `show` showed, with what programs ask of dbt's agate tables: names, rows and columns by number or name."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Table", "table_of"]

_READ = {"int": int, "decimal.Decimal": Decimal, "date": date.fromisoformat, "datetime": datetime.fromisoformat}


class Cells:
    """The values of a row or of a column, by number or by name.

    >>> row = Cells(("id", "name"), (1, "ada"))
    >>> row[0], row["name"], list(row), row.dict()
    (1, 'ada', [1, 'ada'], {'id': 1, 'name': 'ada'})
    """

    def __init__(self, keys: tuple[Any, ...], values: tuple[Any, ...]) -> None:
        self._keys, self._values = keys, values

    def __getitem__(self, key: Any) -> Any:
        return self._values[self._keys.index(key) if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Cells, tuple, list)) and tuple(cast("tuple[Any, ...]", other)) == self._values

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return f"({', '.join(map(repr, self._values))})"

    def get(self, key: str, default: Any = None) -> Any:
        """The value under a name."""
        return self._values[self._keys.index(key)] if key in self._keys else default

    def keys(self) -> tuple[Any, ...]:
        """The names."""
        return self._keys

    def values(self) -> tuple[Any, ...]:
        """The values."""
        return self._values

    def items(self) -> list[tuple[Any, Any]]:
        """Names with values."""
        return list(zip(self._keys, self._values, strict=True))

    def dict(self) -> dict[Any, Any]:
        """The values by their names."""
        return dict(self.items())


class Column(Cells):
    """A column, with its name."""

    def __init__(self, name: str, values: tuple[Any, ...]) -> None:
        super().__init__(tuple(range(len(values))), values)
        self.name = name


class Table:
    """A table in memory.

    >>> table = Table(("id", "name"), [(1, "ada"), (2, None)])
    >>> table.column_names, [row.dict() for row in table.rows], list(table.columns["name"])
    (('id', 'name'), [{'id': 1, 'name': 'ada'}, {'id': 2, 'name': None}], ['ada', None])
    """

    def __init__(self, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        self.column_names = names
        self.rows = [Cells(names, row) for row in rows]
        of_columns = (Column(name, tuple(row[place] for row in rows)) for place, name in enumerate(names))
        self.columns = Cells(names, tuple(of_columns))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Cells]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"<Table of {len(self.rows)} rows: {', '.join(self.column_names)}>"


def table_of(shown: dict[str, Any] | None) -> Table | None:
    """The table of the core's JSON, in which a value that JSON has no word for is a pair of its type and its text."""
    if shown is None:
        return None

    def cell(value: Any) -> Any:
        return _READ[value[0]](value[1]) if isinstance(value, list) else value

    return Table(tuple(shown["names"]), [tuple(map(cell, row)) for row in shown["rows"]])
