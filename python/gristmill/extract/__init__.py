"""From what a user writes (functions, generators, frames) to items that belong to tables."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.extract.decorators import SourceFactory, defer, transformer
    from gristmill.extract.decorators import SourceFactory as SourceReference
    from gristmill.extract.incremental import Incremental
    from gristmill.extract.resource import DltResource, with_hints, with_table_name
    from gristmill.extract.source import DltSource
    from gristmill.mark import make_hints, make_nested_hints
    from gristmill.mark import materialize_table_schema as materialize_schema_item

_ATTRIBUTES = {
    "DltResource": "gristmill.extract.resource",
    "DltSource": "gristmill.extract.source",
    "Incremental": "gristmill.extract.incremental",
    "SourceFactory": "gristmill.extract.decorators",
    "defer": "gristmill.extract.decorators",
    "make_hints": "gristmill.mark",
    "make_nested_hints": "gristmill.mark",
    "with_hints": "gristmill.extract.resource",
    "with_table_name": "gristmill.extract.resource",
}
_OTHER_NAMES = {
    "SourceReference": ("gristmill.extract.decorators", "SourceFactory"),
    "materialize_schema_item": ("gristmill.mark", "materialize_table_schema"),
    "transformer": ("gristmill.extract.decorators", "transformer"),
}

__all__ = [
    "DltResource",
    "DltSource",
    "Incremental",
    "SourceFactory",
    "SourceReference",
    "defer",
    "make_hints",
    "make_nested_hints",
    "materialize_schema_item",
    "transformer",
    "with_hints",
    "with_table_name",
]


def __getattr__(name: str) -> Any:
    module, attribute = _OTHER_NAMES.get(name, (_ATTRIBUTES.get(name), name))
    if module is None:
        message = f"module `gristmill.extract` has no attribute `{name}`"
        raise AttributeError(message)
    return getattr(importlib.import_module(module), attribute)
