"""Small helpers that user code imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gristmill.names import digest128, unique_id

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


def uniq_id(len_: int = 16) -> str:
    """Random hex of so many bytes."""
    return unique_id(len_)


def chunks(seq: Sequence[T], n: int) -> Iterator[Sequence[T]]:
    """A sequence in pieces.

    >>> list(chunks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    for start in range(0, len(seq), n):
        yield seq[start : start + n]


def str2bool(v: str) -> bool:
    """A truth from one of its usual spellings.

    >>> str2bool("yes"), str2bool("0")
    (True, False)
    """
    if v.lower() in ("yes", "true", "t", "y", "1"):
        return True
    if v.lower() in ("no", "false", "f", "n", "0"):
        return False
    message = f"`{v}` is neither true nor false"
    raise ValueError(message)


def without_none(d: Mapping[K, V | None]) -> dict[K, V]:
    """A mapping without the keys whose value is None.

    >>> without_none({"a": 1, "b": None})
    {'a': 1}
    """
    return {key: value for key, value in d.items() if value is not None}


def exclude_keys(mapping: Mapping[K, V], keys: Container[K]) -> dict[K, V]:
    """A mapping without these keys.

    >>> exclude_keys({"a": 1, "b": 2}, {"b"})
    {'a': 1}
    """
    return {key: value for key, value in mapping.items() if key not in keys}


__all__ = ["chunks", "digest128", "exclude_keys", "str2bool", "uniq_id", "without_none"]
