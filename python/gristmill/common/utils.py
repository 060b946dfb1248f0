"""Small helpers that user code imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gristmill.names import digest128, unique_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")


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


__all__ = ["chunks", "digest128", "uniq_id"]
