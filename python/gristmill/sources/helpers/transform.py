"""Steps for resources: `resource.add_filter(take_first(10))`, `resource.add_map(pivot("points"))`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from gristmill.common.jsonpath import find_values, plain_steps


def take_first(max_items: int) -> Callable[[Any], bool]:
    """A filter that lets the first `max_items` pass.

    >>> keep = take_first(1)
    >>> keep("a"), keep("b")
    (True, False)
    """
    count = 0

    def keep(_: Any) -> bool:
        nonlocal count
        count += 1
        return count <= max_items

    return keep


def skip_first(max_items: int) -> Callable[[Any], bool]:
    """A filter that lets pass what follows the first `max_items`.

    >>> keep = skip_first(1)
    >>> keep("a"), keep("b")
    (False, True)
    """
    first = take_first(max_items)
    return lambda item: not first(item)


def pivot(paths: str | Sequence[str] = "$", prefix: str = "col") -> Callable[[Any], Any]:
    """A map that makes lists of lists into lists of dicts, with keys `<prefix>0`, `<prefix>1` and so on.

    >>> pivot("points", "p")({"points": [[1, 2], [3, 4]]})
    {'points': [{'p0': 1, 'p1': 2}, {'p0': 3, 'p1': 4}]}

    Without a path, each item is itself a list, and becomes a dict.
    """
    wanted = [paths] if isinstance(paths, str) else list(paths)

    def pivoted(item: Any) -> Any:
        for path in wanted:
            if path == "$":
                item = _dicts(path, [item], prefix)
                continue
            steps = plain_steps(path)
            if not steps:
                message = f"`pivot` takes paths of plain keys, not `{path}`"
                raise ValueError(message)
            parents = find_values(".".join(str(s) for s in steps[:-1]) or "$", item)
            for parent in parents:
                if isinstance(parent, dict) and steps[-1] in parent:
                    parent[steps[-1]] = _dicts(path, parent[steps[-1]], prefix)
        return item

    return pivoted


def _dicts(path: str, rows: Any, prefix: str) -> list[dict[str, Any]]:
    if not isinstance(rows, Sequence) or any(not isinstance(row, Sequence) for row in cast("Sequence[Any]", rows)):
        message = f"what is at `{path}` is not a list of lists, and cannot be pivoted"
        raise ValueError(message)
    return [
        {f"{prefix}{index}": value for index, value in enumerate(row)} for row in cast("Sequence[Sequence[Any]]", rows)
    ]


def add_row_hash_to_table(row_hash_column_name: str) -> Callable[[Any], Any]:
    """A map that adds a column with a hash of each row to frames and Arrow tables; needs pandas.

    With `write_disposition={"disposition": "merge", "strategy": "scd2", "row_version_column_name": ...}` it tells which
    rows changed.
    """

    def with_hash(table: Any) -> Any:
        from pandas.util import hash_pandas_object as hashed

        frame: Any = table.to_pandas(deduplicate_objects=False) if hasattr(table, "to_pandas") else table
        hashes = cast("Any", hashed)(frame, index=False).to_numpy().astype("int64", copy=False)
        if frame is table:
            table[row_hash_column_name] = hashes
            return table
        import pyarrow as pa

        made: Any = pa.array(hashes, type=pa.int64())
        return table.append_column(row_hash_column_name, made)

    return with_hash
