"""Whether a source answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gristmill.extract.source import DltSource

_log = logging.getLogger("gristmill")


def join_url(base_url: str, path: str) -> str:
    """The address of a path below another.

    >>> join_url("https://api.example.com/v1", "/users")
    'https://api.example.com/v1/users'
    """
    return base_url + ("" if base_url.endswith("/") else "/") + path.lstrip("/")


def check_connection(source: DltSource, *resource_names: str) -> tuple[bool, str]:
    """Ask for the first page of these resources: whether it came, and otherwise why not."""
    try:
        for _ in source.with_resources(*resource_names).add_limit(1):
            pass
    except Exception as error:  # noqa: BLE001
        _log.error("no connection to `%s`: %s", source.name, error)
        return False, str(error)
    return True, ""
