"""The part of JSONPath that cursors need: `a`, `a.b`, `$.a[0].b`, `items[*].at`, `['a key']`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

_TOKEN = re.compile(r"""\.?\*|\[\*\]|\[(-?\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]|\.?([^.\[\]]+)""")

Path = list[str | int | None]
"""Steps: a key, an index, or None for all of them."""


def parsed(path: str) -> Path:
    """The steps of a path.

    >>> parsed("$.items[*].at"), parsed("created_at")
    (['items', None, 'at'], ['created_at'])
    """
    text = path.removeprefix("$")
    steps: Path = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            message = f"`{path}` is not a JSON path"
            raise ValueError(message)
        index, single, double, name = match.groups()
        if index is not None:
            steps.append(int(index))
        else:
            key = single if single is not None else double if double is not None else name
            steps.append(None if key is None or key == "*" else key.strip("'\""))
        at = match.end()
    return steps


def simple_field(path: str | None) -> str | None:
    """The key, when the path is just one."""
    if not path:
        return None
    steps = parsed(path)
    return steps[0] if len(steps) == 1 and isinstance(steps[0], str) else None


def find(steps: Path, item: Any) -> list[Any]:
    """All values at the path."""
    found = [item]
    for step in steps:
        found = [value for parent in found for value in _children(step, parent)]
    return found


def _children(step: str | int | None, parent: Any) -> list[Any]:
    if isinstance(parent, Mapping):
        table = cast("Mapping[Any, Any]", parent)
        return list(table.values()) if step is None else [table[step]] if step in table else []
    if isinstance(parent, (list, tuple)):
        items = cast("list[Any]", parent)
        if step is None:
            return list(items)
        return [items[step]] if isinstance(step, int) and -len(items) <= step < len(items) else []
    return [getattr(parent, step)] if isinstance(step, str) and hasattr(parent, step) else []
