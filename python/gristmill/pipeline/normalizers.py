"""Which names and which nesting a schema gets: what configuration says, else what the destination asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import TableIdentifiersFrozen
from gristmill.schema import Schema

if TYPE_CHECKING:
    from gristmill.destinations.destination import Destination

NAMINGS = "dlt.common.normalizers.naming"


def adapted(schema: Schema, place: Destination | None) -> Schema:
    """The schema under the naming of `schema.naming` or of the destination, and with the destination's nesting.

    Names of tables that hold data are never changed behind a user's back: that raises `TableIdentifiersFrozen`.
    """
    sections = ("sources", schema.name)
    configured = lookup("naming", sections=sections, embedded=("schema",)).value
    naming = configured or (place.naming_convention if place is not None else None)
    nesting = place.max_table_nesting if place is not None else None
    if naming is None and nesting is None:
        return schema
    stored = schema.to_dict()
    normalizers = stored["normalizers"]
    if nesting is not None:
        normalizers["json"]["config"] = {**(normalizers["json"].get("config") or {}), "max_nesting": nesting}
    if naming is not None and (wanted := _full(str(naming))) != _full(str(normalizers["names"])):
        changed = Schema(schema.name, {"names": wanted})
        moved = [table for table in schema.data_table_names(seen_data_only=True) if _moves(schema, changed, table)]
        if moved and not _allowed(sections):
            raise TableIdentifiersFrozen(schema.name, moved[0], wanted)
        normalizers["names"] = str(naming)
    return Schema.from_dict(stored)


def _full(naming: str) -> str:
    return naming if "." in naming else f"{NAMINGS}.{naming}"


def _moves(schema: Schema, changed: Schema, table: str) -> bool:
    columns: dict[str, Any] = schema.get_table_columns(table, include_incomplete=True)
    names = changed.naming
    return names.normalize_tables_path(table) != table or any(names.normalize_path(c) != c for c in columns)


def _allowed(sections: tuple[str, ...]) -> bool:
    name = "allow_identifier_change_on_table_with_data"
    found = lookup(name, sections=sections, embedded=("schema",)).value
    return found is not None and coerced(name, found, bool)
