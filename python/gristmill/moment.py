"""Times that a run tells, as dlt gives them: of pendulum's type to whoever asks, at no cost to a run that nobody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import datetime as dt


class Moment:
    """A field of a dataclass that holds a time of the standard library and shows pendulum's `DateTime` of it.

    Code of this package that only counts or writes the time reads `vars(record)`: pendulum is imported when the field is read.

    >>> import datetime as dt
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Step:
    ...     started_at: Moment = Moment()
    >>> Step(dt.datetime(2024, 1, 31, tzinfo=dt.UTC)).started_at.add(months=1).to_date_string()
    '2024-02-29'
    """

    def __init__(self, *, optional: bool = False) -> None:
        self._optional = optional

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, record: None, owner: type) -> None: ...
    @overload
    def __get__(self, record: object, owner: type) -> Any: ...
    def __get__(self, record: object | None, owner: type) -> Any:
        if record is None:
            if self._optional:
                return None
            # A dataclass takes a field whose descriptor has no value on the class for one without a default.
            raise AttributeError(self._name)
        value = vars(record)[self._name]
        if value is None:
            return None
        from gristmill.common.time import ensure_pendulum_dt

        return ensure_pendulum_dt(value)

    def __set__(self, record: object, value: dt.datetime | None) -> None:
        vars(record)[self._name] = value
