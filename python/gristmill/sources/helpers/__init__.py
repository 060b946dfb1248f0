"""What sources are written with: `requests` that tries again."""

from __future__ import annotations

from typing import NoReturn

_NOT_YET = ("rest_client", "transform")


def __getattr__(name: str) -> NoReturn:
    if name in _NOT_YET:
        from gristmill.exceptions import NotYetAvailable

        feature = f"`dlt.sources.helpers.{name}`"
        raise NotYetAvailable(feature)
    message = f"module `gristmill.sources.helpers` has no attribute `{name}`"
    raise AttributeError(message)
