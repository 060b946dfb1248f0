"""JSON paths, as far as cursors and selectors need them: `a`, `a.b`, `$.a[0].b`, `items[*].at`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.extract.jsonpath import Path, find, parsed, simple_field

if TYPE_CHECKING:
    from collections.abc import Iterable

TJsonPath = Any
TAnyJsonPath = Any

__all__ = [
    "JSONPath",
    "TAnyJsonPath",
    "TJsonPath",
    "compile_path",
    "compile_paths",
    "delete_matches",
    "extract_simple_field_name",
    "find_values",
    "is_simple_field_path",
    "resolve_paths",
    "set_value_at_path",
]


class JSONPath:
    """A path that was read once and is used often."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps: Path = parsed(text)

    def find(self, data: Any) -> list[Any]:
        """The values at the path."""
        return find(self.steps, data)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JSONPath) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(tuple(self.steps))


def compile_path(s: TJsonPath) -> JSONPath:
    """A path from its text."""
    return s if isinstance(s, JSONPath) else JSONPath(s)


def compile_paths(s: TAnyJsonPath) -> list[JSONPath]:
    """One path or several."""
    paths: Iterable[Any] = s if isinstance(s, (list, tuple)) else [s]
    return [compile_path(path) for path in paths]


def find_values(path: TJsonPath, data: Any) -> list[Any]:
    """The values at a path.

    >>> find_values("items[*].id", {"items": [{"id": 1}, {"id": 2}]})
    [1, 2]
    """
    return compile_path(path).find(data)


def is_simple_field_path(path: JSONPath) -> bool:
    """Whether the path is one key."""
    return len(path.steps) == 1 and isinstance(path.steps[0], str)


def extract_simple_field_name(path: str | JSONPath) -> str | None:
    """The key, when the path is one.

    >>> extract_simple_field_name("id"), extract_simple_field_name("a.b")
    ('id', None)
    """
    return simple_field(str(path))


def resolve_paths(paths: TAnyJsonPath, data: Any) -> list[str]:
    """The paths that exist in the data, without wildcards.

    >>> resolve_paths("items[*].id", {"items": [{"id": 1}, {}]})
    ['items.[0].id']
    """
    return [_text(way) for path in compile_paths(paths) for way, _ in _ways(path.steps, data)]


def delete_matches(paths: TAnyJsonPath, data: Any) -> Any:
    """The data without what the paths name; changed in place."""
    for path in compile_paths(paths):
        for way, _ in reversed(list(_ways(path.steps, data))):
            parent = data
            for step in way[:-1]:
                parent = parent[step]
            del parent[way[-1]]
    return data


def set_value_at_path(obj: dict[str, Any], path: str, value: Any) -> None:
    """Set a value, making the dicts on the way.

    >>> made = {}
    >>> set_value_at_path(made, "a.b", 1)
    >>> made
    {'a': {'b': 1}}
    """
    *way, last = path.split(".")
    parent = obj
    for step in way:
        parent = parent.setdefault(step, {})
    parent[last] = value


def _ways(steps: Path, data: Any) -> list[tuple[list[Any], Any]]:
    found: list[tuple[list[Any], Any]] = [([], data)]
    for step in steps:
        found = [([*way, key], value) for way, parent in found for key, value in _entries(step, parent)]
    return found


def _entries(step: Any, parent: Any) -> list[tuple[Any, Any]]:
    if isinstance(parent, dict):
        entries: dict[Any, Any] = parent
        return list(entries.items()) if step is None else [(step, entries[step])] if step in entries else []
    if isinstance(parent, list):
        items: list[Any] = parent
        if step is None:
            return list(enumerate(items))
        return [(step, items[step])] if isinstance(step, int) and -len(items) <= step < len(items) else []
    return []


def _text(way: list[Any]) -> str:
    return ".".join(f"[{step}]" if isinstance(step, int) else f"'{step}'" if "." in step else step for step in way)
