"""Where data goes: `duckdb`, `dummy`, or a function of your own. The others of dlt say plainly that they are not here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from gristmill.destinations.destination import OTHERS, Destination
from gristmill.destinations.duckdb import duckdb
from gristmill.destinations.sink import SinkFactory, destination

if TYPE_CHECKING:
    from collections.abc import Callable

    from gristmill.destinations.forget import dummy

__all__ = ["Destination", "SinkFactory", "destination", "duckdb", "dummy"]


def __getattr__(name: str) -> Callable[..., NoReturn] | type[Destination]:
    if name == "dummy":
        from gristmill.destinations.forget import dummy

        return dummy
    if name not in OTHERS:
        message = f"module `gristmill.destinations` has no attribute `{name}`"
        raise AttributeError(message)

    def missing(*args: object, **kwargs: object) -> NoReturn:
        from gristmill.exceptions import DestinationNotSupported

        del args, kwargs
        raise DestinationNotSupported.of(name)

    missing.__name__ = missing.__qualname__ = name
    return missing
