"""Errors of incremental loading."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions.error import DltException, TerminalValueError
from gristmill.exceptions.extract import DltResourceException, PipeException


class IncrementalUnboundError(DltResourceException):
    """Its state was asked for before it belonged to a resource."""

    def __init__(self, cursor_path: str | None) -> None:
        super().__init__("", f"the incremental on `{cursor_path}` does not belong to a running resource yet")


class IncrementalCursorPathMissing(PipeException):
    """The cursor is not in the item."""

    def __init__(self, pipe_name: str | None, json_path: str | None, item: Any = None, msg: str | None = None) -> None:
        self.json_path = json_path
        self.item = item
        super().__init__(
            pipe_name,
            msg or f"an item has nothing at the cursor `{json_path}`; it has {_keys(item)}",
            hint="`on_cursor_value_missing='include'` or `'exclude'` lets such items pass or drops them",
        )


class IncrementalCursorPathHasValueNone(PipeException):
    """The cursor is null in the item."""

    def __init__(self, pipe_name: str | None, json_path: str | None, item: Any = None, msg: str | None = None) -> None:
        self.json_path = json_path
        self.item = item
        super().__init__(
            pipe_name,
            msg or f"an item has null at the cursor `{json_path}`",
            hint="`on_cursor_value_missing='include'` or `'exclude'` lets such items pass or drops them",
        )


class IncrementalCursorInvalidCoercion(PipeException):
    """Two cursor values cannot be compared."""

    def __init__(
        self, pipe_name: str | None, path: str | None, ours: Any, name: str, theirs: Any, details: str
    ) -> None:
        self.cursor_path = path
        super().__init__(
            pipe_name,
            f"the cursor `{path}` holds a `{type(theirs).__name__}` that cannot be compared with"
            f" `{name}`, a `{type(ours).__name__}`: {details}",
            hint=f"give `{name}` the type that the data has",
        )


class IncrementalPrimaryKeyMissing(PipeException):
    """The key is not in the item."""

    def __init__(self, pipe_name: str | None, column: str, item: Any = None) -> None:  # noqa: ARG002
        self.primary_key_column = column
        super().__init__(pipe_name, f"an item has no `{column}`, which is part of the incremental's key")


class IntervalNotAvailable(DltException):
    """There is no interval to change."""

    kind = "interval"

    def __init__(self, operation: str, context_missing: bool = False) -> None:
        del context_missing
        hint = "`dlt.current.interval.is_empty` tells whether there is one; `dlt.current.interval.set` sets one"
        super().__init__(f"there is no interval to {operation}: no scheduler gives one", hint=hint)


class JoinSchedulerError(PipeException):
    """A scheduler's interval cannot be used as a cursor's range."""


class ExternalSchedulerNotAvailable(PipeException):
    """There is no scheduler to take an interval from."""

    def __init__(self, pipe_name: str) -> None:
        super().__init__(
            pipe_name, "no scheduler gives an interval: neither `DLT_INTERVAL_START` nor Airflow's context"
        )


def _keys(item: Any) -> str:
    if isinstance(item, dict):
        names: list[str] = [str(k) for k in item]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
        return ", ".join(f"`{k}`" for k in names[:12]) or "no keys"
    return f"the type `{type(item).__name__}`"


class InvalidTimezoneName(TerminalValueError):
    """The name of a zone that is none."""

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        super().__init__(f"`{timezone}` is no time zone: give a name like `Europe/Berlin`, or `UTC`")
