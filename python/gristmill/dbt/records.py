"""JSON objects whose entries are attributes: what nodes, manifests and events of the runner are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from gristmill import _core

__all__ = ["CatalogArtifact", "EventMsg", "Manifest", "Record", "wrapped"]


class Record(Mapping[str, Any]):
    """A JSON object whose entries are attributes as well.

    Where protobuf is installed, `google.protobuf.json_format.MessageToDict` takes it as dbt's events are taken.

    >>> record = Record({"name": "a", "config": {"materialized": "table"}})
    >>> record.config.materialized, record["name"]
    ('table', 'a')
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: dict[str, Any]) -> None:
        self._entries = entries

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._entries:
            return wrapped(self._entries[name])
        if name == "DESCRIPTOR":
            return _structure().DESCRIPTOR
        if name == "fields":
            structure = _structure()()
            structure.update(self._entries)
            return structure.fields
        raise AttributeError(f"this has no `{name}`; it has {', '.join(self._entries)}")

    def __getitem__(self, key: str) -> Any:
        return wrapped(self._entries[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Record({self._entries!r})"

    def to_dict(self) -> dict[str, Any]:
        """The plain dict."""
        return self._entries


def wrapped(value: Any) -> Any:
    """The value, with objects as records, at any depth."""
    if isinstance(value, dict):
        return Record(cast("dict[str, Any]", value))
    if isinstance(value, list):
        return [wrapped(item) for item in cast("list[Any]", value)]
    return value


# Protobuf's own message for any JSON object; `MessageToDict` asks for its descriptor and its fields.
def _structure() -> Any:
    import importlib

    return importlib.import_module("google.protobuf.struct_pb2").Struct


class Manifest(Record):
    """`manifest.json` as `dbtRunner().invoke(["parse"]).result`: `manifest.nodes["model.shop.orders"].depends_on.nodes`."""

    __slots__ = ("parsed",)

    def __init__(self, entries: dict[str, Any], parsed: _core.Parsed | None = None) -> None:
        super().__init__(entries)
        # What the core has of it, so that `dbtRunner(manifest=...)` parses nothing.
        self.parsed = parsed


class CatalogArtifact(Record):
    """`catalog.json` as `dbtRunner().invoke(["docs", "generate"]).result`."""

    __slots__ = ()


class EventMsg(Record):
    """One event of a run as callbacks get it: `event.info.name`, `event.info.msg`, `event.data.node_info.unique_id`."""

    __slots__ = ()
