"""How two tables of a dataset are joined: by the links that loading made, or by a condition of the user's."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.schema import Schema

KINDS = ("inner", "left", "right", "full")

Link = tuple[str, str, str]
"""The next table, the column of the table before it, the column of its own."""


def links(schema: Schema, left: str, right: str) -> list[Link]:
    """The way from one table to another: up or down the chain of nested tables, or a reference that a hint tells."""
    tables = schema.tables
    if right not in tables:
        message = f"schema `{schema.name}` has no table `{right}`; pass `on=`"
        raise ValueError(message)
    if left == right:
        message = f"table `{left}` cannot be joined to itself without `on=`"
        raise ValueError(message)
    for table, other in ((left, right), (right, left)):
        for reference in tables[table].get("references") or ():
            if reference.get("referenced_table") == other and len(reference["columns"]) == 1:
                here, there = reference["columns"][0], reference["referenced_columns"][0]
                return [(right, here, there) if table == left else (right, there, here)]
    up = _ancestors(tables, left)
    if right in up:
        return [_up(tables, child, parent) for child, parent in _steps(left, up, right)]
    down = _ancestors(tables, right)
    if left in down:
        steps = [(child, *_up(tables, child, parent)) for child, parent in _steps(right, down, left)]
        return [(child, theirs, ours) for child, _, ours, theirs in reversed(steps)]
    message = f"the schema does not tell how `{left}` and `{right}` belong together; pass `on=`"
    raise ValueError(message)


def _ancestors(tables: dict[str, Any], name: str) -> list[str]:
    found: list[str] = []
    while (name := tables[name].get("parent") or "") in tables:
        found.append(name)
    return found


def _steps(name: str, ancestors: list[str], until: str) -> list[tuple[str, str]]:
    way = [name, *ancestors[: ancestors.index(until) + 1]]
    return list(pairwise(way))


def _up(tables: dict[str, Any], child: str, parent: str) -> Link:
    return parent, _column(tables[child], "parent_key"), _column(tables[parent], "row_key")


def _column(table: dict[str, Any], hint: str) -> str:
    for name, column in table["columns"].items():
        if column.get(hint):
            return name
    message = f"table `{table['name']}` has no column with the hint `{hint}`, so its nested tables cannot be joined"
    raise ValueError(message)
