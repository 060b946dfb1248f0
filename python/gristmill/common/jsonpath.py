"""JSONPath as sources use it: `data.items`, `$.a[0]`, `$..id`, `items[*].id`, `a[1:3]`, `['a key']`, `[a,b]`.

Paths of plain keys and indexes are ours and cost nothing; filters (`items[?(@.id > 1)]`), lists of indexes and other
extensions go to the `jsonpath-ng` package, which is asked for only then. A path that `jsonpath_ng` compiled is taken as it is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from gristmill.exceptions import MissingDependencyException

TJsonPath = Any
"""A path as text, or one that `jsonpath_ng` compiled."""
TAnyJsonPath = Any
"""One path, or several."""

_TOKEN = re.compile(
    r"""
    (?P<descend>\.\.)
    | \.?\[\s*(?:
        (?P<index>-?\d+)
        | (?P<slice>-?\d*:-?\d*(?::-?\d*)?)
        | (?P<star>\*)
        | (?P<names>(?!-?\d+\s*,)(?:'[^']*'|"[^"]*"|[\w-]+)(?:\s*,\s*(?:'[^']*'|"[^"]*"|[\w-]+))*)
      )\s*\]
    | \.?(?P<wild>\*)
    | \.?(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)")
    | \.?(?P<name>[\w@$][\w@$:-]*)
    """,
    re.VERBOSE,
)


class _Each(NamedTuple):
    """All children."""


class _Below(NamedTuple):
    """The value itself and all that is below it."""


class _Names(NamedTuple):
    names: tuple[str, ...]


Step = str | int | slice | _Each | _Below | _Names


class Path(NamedTuple):
    """A path that was read; `str()` gives the text back."""

    text: str
    steps: tuple[Step, ...]

    def find(self, data: Any) -> list[Match]:
        """All matches, as `jsonpath_ng` has them: each with its `value`."""
        return [Match(value) for value in _walk(self.steps, data)]

    @property
    def plain(self) -> tuple[str | int, ...] | None:
        """The keys and indexes, when there is nothing else in it: then it stands for one value at most."""
        if all(isinstance(step, (str, int)) for step in self.steps):
            return cast("tuple[str | int, ...]", self.steps)
        return None

    def __str__(self) -> str:
        return self.text


JSONPath = Path
"""As `jsonpath_ng` calls it."""


class Match(NamedTuple):
    """A value that was found."""

    value: Any


@functools.lru_cache(maxsize=1024)
def _parsed(text: str) -> Path | None:
    steps: list[Step] = []
    rest = text.strip()
    at = 1 if rest.startswith("$") and (len(rest) == 1 or rest[1] in ".[") else 0
    while at < len(rest):
        match = _TOKEN.match(rest, at)
        if match is None or (at and rest[at] not in ".[" and rest[at - 1] != "."):
            return None
        steps.append(_step(match))
        at = match.end()
    return Path(text, tuple(steps))


def _step(match: re.Match[str]) -> Step:
    kind, found = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "descend":
        return _Below()
    if kind == "index":
        return int(found)
    if kind == "slice":
        return slice(*(int(part) if part else None for part in found.split(":")))
    if kind in ("star", "wild"):
        return _Each()
    if kind == "names":
        names = tuple(part.strip().strip("'\"") for part in found.split(","))
        return names[0] if len(names) == 1 else _Names(names)
    return found


def _walk(steps: Iterable[Step], data: Any) -> list[Any]:
    found = [data]
    for step in steps:
        found = [value for parent in found for value in _children(step, parent)]
    return found


def _children(step: Step, parent: Any) -> list[Any]:  # noqa: PLR0911
    if isinstance(step, _Below):
        return _descendants(parent)
    if isinstance(parent, Mapping):
        table = cast("Mapping[str, Any]", parent)
        if isinstance(step, _Each):
            return list(table.values())
        if isinstance(step, _Names):
            return [table[name] for name in step.names if name in table]
        return [table[step]] if isinstance(step, str) and step in table else []
    if isinstance(parent, list):
        items = cast("list[Any]", parent)
        if isinstance(step, _Each):
            return items
        if isinstance(step, slice):
            return items[step]
        return [items[step]] if isinstance(step, int) and -len(items) <= step < len(items) else []
    return []


def _descendants(value: Any) -> list[Any]:
    found: list[Any] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting.extend(v for v in reversed(_children(_Each(), each)) if isinstance(v, (dict, list)))
    return found


def compile_path(s: TJsonPath) -> Any:
    """The path, read once; raises when it is none.

    >>> str(compile_path("data.items"))
    'data.items'
    """
    if not isinstance(s, str):
        return s
    known = _parsed(s)
    if known is not None:
        return known
    try:
        from jsonpath_ng.ext.parser import parse  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
    except ImportError:
        feature = f"the JSONPath `{s}`"
        raise MissingDependencyException(feature, ["jsonpath-ng"]) from None
    try:
        return parse(s)
    except Exception as error:  # noqa: BLE001
        message = f"`{s}` is not a JSONPath: {error}"
        raise ValueError(message) from None


def compile_paths(s: TAnyJsonPath) -> list[Any]:
    """Several paths."""
    return [compile_path(p) for p in ([s] if isinstance(s, (str, Path)) or not isinstance(s, Iterable) else s)]


def find_values(path: TJsonPath, data: Any) -> list[Any]:
    """All values at the path.

    >>> find_values("items[*].id", {"items": [{"id": 1}, {"id": 2}]})
    [1, 2]
    """
    return [match.value for match in compile_path(path).find(data)]


def plain_steps(path: TJsonPath) -> tuple[str | int, ...] | None:
    """The keys and indexes of a path that has nothing else.

    >>> plain_steps("data.items"), plain_steps("$"), plain_steps("$..id")
    (('data', 'items'), (), None)
    """
    known = compile_path(path)
    return known.plain if isinstance(known, Path) else None


def is_simple_field_path(path: Any) -> bool:
    """Whether the path is just one key."""
    return extract_simple_field_name(path) is not None


def extract_simple_field_name(path: TJsonPath) -> str | None:
    """The key, when the path is just one.

    >>> extract_simple_field_name("id"), extract_simple_field_name("$.id")
    ('id', None)
    """
    text = str(path)
    steps = plain_steps(text)
    return steps[0] if steps and len(steps) == 1 and isinstance(steps[0], str) and text[0] not in "$[" else None


def resolve_paths(paths: TAnyJsonPath, data: Any) -> list[str]:
    """The paths that exist in the data, without wildcards.

    >>> resolve_paths("items[*].id", {"items": [{"id": 1}, {}]})
    ['items.[0].id']
    """
    return [_text(way) for path in compile_paths(paths) for way in _ways(path, data)]


def delete_matches(paths: TAnyJsonPath, data: Any) -> Any:
    """The data without what the paths name; changed in place."""
    for path in compile_paths(paths):
        for way in reversed(_ways(path, data)):
            parent: Any = data
            for step in way[:-1]:
                parent = parent[step]
            del parent[way[-1]]
    return data


def _ways(path: Any, data: Any) -> list[list[str | int]]:
    # A path that `jsonpath_ng` compiled tells the way to each match itself.
    if not isinstance(path, Path):
        return [list(compile_path(str(match.full_path)).plain or ()) for match in path.find(data)]
    found: list[tuple[list[str | int], Any]] = [([], data)]
    for step in path.steps:
        found = [([*way, *keys], value) for way, parent in found for keys, value in _entries(step, parent)]
    return [way for way, _ in found]


def _entries(step: Step, parent: Any) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(step, _Below):
        below = [
            ((key, *way), value)
            for (key,), child in _entries(_Each(), parent)
            if isinstance(child, (dict, list))
            for way, value in _entries(step, child)
        ]
        return [((), parent), *below]
    keys: Iterable[str | int] = ()
    if isinstance(parent, Mapping):
        keys = cast("Mapping[str, Any]", parent)
    elif isinstance(parent, list):
        keys = range(len(cast("list[Any]", parent)))
    entries = cast("Any", parent)
    return [((key,), entries[key]) for key in keys if _is_meant(step, key, parent)]


def _is_meant(step: Step, key: str | int, parent: Any) -> bool:
    if isinstance(step, _Names):
        return key in step.names
    if isinstance(step, slice):
        return isinstance(key, int) and key in range(*step.indices(len(parent)))
    if isinstance(step, int):
        return isinstance(key, int) and -len(parent) <= step and key == (step if step >= 0 else step + len(parent))
    return isinstance(step, _Each) or key == step


def _text(way: list[str | int]) -> str:
    return ".".join(f"[{step}]" if isinstance(step, int) else f"'{step}'" if "." in step else step for step in way)


def set_value_at_path(obj: dict[str, Any], path: str, value: Any) -> None:
    """Set a value in nested dicts; the dicts on the way are made.

    >>> body = {}
    >>> set_value_at_path(body, "page.number", 2)
    >>> body
    {'page': {'number': 2}}
    """
    *parents, last = str(path).split(".")
    current = obj
    for part in parents:
        current = current.setdefault(part, {})
    current[last] = value


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
    "plain_steps",
    "resolve_paths",
    "set_value_at_path",
]
