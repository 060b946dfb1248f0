"""Type names for incrementals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict, TypeVar

TCursorValue = TypeVar("TCursorValue", bound=Any)
LastValueFunc = Callable[[Sequence[TCursorValue]], Any]
OnCursorValueMissing = Literal["raise", "include", "exclude"]
TIncrementalRange = Literal["open", "closed"]


class IncrementalColumnState(TypedDict):
    """What the state keeps of a cursor."""

    initial_value: Any | None
    last_value: Any | None
    unique_hashes: list[str]
