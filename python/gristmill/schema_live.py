"""The dicts of a schema that a program may change in place: `schema.settings["detections"] = []`.

The schema itself is the core's. What is handed out here stays the same dict as long as the schema lives, and what changed in
it since is brought into the core before the core is asked again.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

Dict = dict[str, Any]
GONE = object()


class LiveDict:
    """One dict that is handed out, and how it looked then.

    >>> live = LiveDict()
    >>> shown = live.show({"a": {"b": 1}, "c": 2})
    >>> shown["a"]["b"] = 3
    >>> list(live.changes())
    [(('a', 'b'), 3)]
    >>> live.show({"a": {"b": 3}, "c": 2}) is shown, list(live.changes())
    (True, [])
    """

    def __init__(self) -> None:
        self._shown: Dict | None = None
        self._seen: Dict = {}

    def show(self, fresh: Dict) -> Dict:
        """The dict, as `fresh` has it."""
        self._shown = fresh if self._shown is None else _become(self._shown, fresh)
        self._seen = copy.deepcopy(self._shown)
        return self._shown

    def changes(self) -> list[tuple[tuple[str, ...], Any]]:
        """What changed since, as paths with their values; `GONE` for what was taken out."""
        return [] if self._shown is None else list(_differences(self._seen, self._shown, ()))

    def settle(self) -> None:
        """The changes were brought into the core."""
        self._seen = copy.deepcopy(self._shown or {})


def put(target: Dict, path: tuple[str, ...], value: Any) -> None:
    """Write one change into a dict."""
    for name in path[:-1]:
        target = target.setdefault(name, {})
    if value is GONE:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = copy.deepcopy(value)


def _become(old: Dict, new: Dict) -> Dict:
    merged = {
        name: _become(cast("Dict", old[name]), cast("Dict", value))
        if isinstance(value, dict) and isinstance(old.get(name), dict)
        else value
        for name, value in new.items()
    }
    old.clear()
    old.update(merged)
    return old


def _differences(seen: Dict, shown: Dict, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if seen == shown:
        return
    for name in seen.keys() - shown.keys():
        yield (*path, name), GONE
    for name, value in shown.items():
        before = seen.get(name, GONE)
        if isinstance(before, dict) and isinstance(value, dict):
            yield from _differences(cast("Dict", before), cast("Dict", value), (*path, name))
        elif before is GONE or before != value:
            yield (*path, name), value
