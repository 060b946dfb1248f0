"""Small things that tools import from dbt beside its runner: version, events as dicts, levels, names of types."""

from __future__ import annotations

import json
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Any

from gristmill import _core

if TYPE_CHECKING:
    from collections.abc import Generator

    from gristmill.dbt.records import EventMsg

__version__: str = _core.DBT_VERSION
"""The version of dbt-core whose behaviour the runner has."""


class EventLevel(str, Enum):
    """How much an event matters."""

    DEBUG = "debug"
    TEST = "test"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class BaseAdapter:
    """The type that annotations name; the database is reached through the `duckdb` module, never through an adapter."""


class BaseColumn:
    """The type that annotations name."""


class BaseRelation:
    """The type that annotations name."""


def reset_adapters() -> None:
    """There is nothing to reset: an invocation keeps its connections to itself, and closes them."""


def cleanup_connections() -> None:
    """There is nothing to close: an invocation closes its connections when it ends."""


@contextmanager
def adapter_management() -> Generator[None]:
    """Around it there is nothing to set up: an invocation keeps its connections to itself."""
    yield


def get_installed_version() -> str:
    """The version of dbt-core whose behaviour the runner has."""
    return __version__


def msg_to_dict(msg: EventMsg) -> dict[str, Any]:
    """An event as a plain dict."""
    return msg.to_dict()


def msg_to_json(msg: EventMsg) -> str:
    """An event as JSON text."""
    return json.dumps(msg.to_dict(), sort_keys=True)
