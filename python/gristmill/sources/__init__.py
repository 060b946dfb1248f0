"""Ready-made sources, and the types that sources are written with."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.configuration.accessors import config
    from gristmill.extract.decorators import SourceFactory as SourceReference
    from gristmill.extract.incremental import Incremental as incremental  # noqa: N813
    from gristmill.extract.items import TDataItem, TDataItems
    from gristmill.extract.resource import DltResource
    from gristmill.extract.source import DltSource

__all__ = ["DltResource", "DltSource", "SourceReference", "TDataItem", "TDataItems", "config", "incremental"]

_ATTRIBUTES = {
    "DltResource": ("gristmill.extract.resource", "DltResource"),
    "DltSource": ("gristmill.extract.source", "DltSource"),
    "SourceReference": ("gristmill.extract.decorators", "SourceFactory"),
    "TDataItem": ("gristmill.extract.items", "TDataItem"),
    "TDataItems": ("gristmill.extract.items", "TDataItems"),
    "config": ("gristmill.configuration.accessors", "config"),
    "incremental": ("gristmill.extract.incremental", "Incremental"),
}
_NOT_YET = ("rest_api", "credentials")


def __getattr__(name: str) -> Any:
    if name in _ATTRIBUTES:
        module, attribute = _ATTRIBUTES[name]
        value = getattr(importlib.import_module(module), attribute)
        globals()[name] = value
        return value
    if name in ("filesystem", "helpers", "sql_database"):
        return importlib.import_module(f"gristmill.sources.{name}")
    if name in _NOT_YET:
        from gristmill.exceptions import NotYetAvailable

        feature = f"`dlt.sources.{name}`"
        raise NotYetAvailable(feature)
    message = f"module `gristmill.sources` has no attribute `{name}`"
    raise AttributeError(message)
