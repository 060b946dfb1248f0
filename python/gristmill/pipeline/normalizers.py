"""How deep a schema nests: as the destination asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gristmill.schema import Schema

if TYPE_CHECKING:
    from gristmill.destinations.destination import Destination


def nested_as_asked(schema: Schema, place: Destination | None) -> Schema:
    """The schema with the destination's `max_table_nesting`, where it has one."""
    nesting = None if place is None else place.max_table_nesting
    if nesting is None:
        return schema
    stored = schema.to_dict()
    json = stored["normalizers"]["json"]
    json["config"] = {**(json.get("config") or {}), "max_nesting": nesting}
    return Schema.from_dict(stored)
