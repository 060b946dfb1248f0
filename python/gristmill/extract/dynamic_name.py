"""Names of resources that are computed from the arguments they are called with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class DynamicName(str):
    """A name that is computed from the arguments the resource is called with."""

    compute: Callable[[dict[str, Any]], str]
    __slots__ = ("compute",)

    def __new__(cls, placeholder: str, compute: Callable[[dict[str, Any]], str]) -> Self:
        """A string that knows its function."""
        made = super().__new__(cls, placeholder)
        made.compute = compute
        return made
