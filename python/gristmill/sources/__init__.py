"""Ready-made sources, and the types that sources are written with."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.configuration.accessors import config
    from gristmill.extract.incremental import Incremental as incremental  # noqa: N813
    from gristmill.extract.items import TDataItem, TDataItems
    from gristmill.extract.reference import SourceReference
    from gristmill.extract.resource import DltResource
    from gristmill.extract.source import DltSource

__all__ = ["DltResource", "DltSource", "SourceReference", "TDataItem", "TDataItems", "config", "incremental"]

_ATTRIBUTES = {
    "DltResource": ("gristmill.extract.resource", "DltResource"),
    "DltSource": ("gristmill.extract.source", "DltSource"),
    "SourceReference": ("gristmill.extract.reference", "SourceReference"),
    "TDataItem": ("gristmill.extract.items", "TDataItem"),
    "TDataItems": ("gristmill.extract.items", "TDataItems"),
    "AnySourceFactory": ("gristmill.extract.decorators", "SourceFactory"),
    "UnknownSourceReference": ("gristmill.exceptions", "UnknownSourceReference"),
    "config": ("gristmill.configuration.accessors", "config"),
    "incremental": ("gristmill.extract.incremental", "Incremental"),
}


def __getattr__(name: str) -> Any:
    if name in _ATTRIBUTES:
        module, attribute = _ATTRIBUTES[name]
        value = getattr(importlib.import_module(module), attribute)
        globals()[name] = value
        return value
    if name in ("amazon", "credentials", "filesystem", "helpers", "rest_api", "sql_database"):
        return importlib.import_module(f"gristmill.sources.{name}")
    message = (
        f"module `gristmill.sources` has no attribute `{name}`; a source of your own is imported from its own module"
    )
    raise AttributeError(message)
