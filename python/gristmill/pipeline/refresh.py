"""`refresh=`: begin anew with a source or with some of its resources, in the same load that brings their rows.

`drop_sources` drops all tables of the source and forgets its state, `drop_resources` does so for the resources that are
loaded, and `drop_data` empties their tables and forgets their state. The destination is changed in the transaction of the
load, so that readers see the tables as they were or as they are then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gristmill.extract.source import DltSource
    from gristmill.pipeline.state import State
    from gristmill.schema import Schema

REFRESH_MODES = ("drop_sources", "drop_resources", "drop_data")


@dataclass
class Refresh:
    """What one `extract` refreshes."""

    mode: str
    state: State
    resources: dict[str, set[str]]
    """The resources that are loaded, by the schema they belong to."""

    @classmethod
    def of(cls, mode: str, state: State, sources: Iterable[DltSource]) -> Refresh:
        """The refresh of these sources."""
        resources: dict[str, set[str]] = {}
        for source in sources:
            resources.setdefault(source.schema.name, set()).update(r.name for r in source.resources.extracted)
        return cls(mode, state, resources)

    def apply(self, known: Schema) -> Cleared:
        """What goes, of a schema that was loaded before; its state goes from the pipeline's at once."""
        whole = self.mode == "drop_sources"
        names = None if whole else self.resources.get(known.name, set())
        tables = _tables_of(known, names)
        self._forget_state(known.name, names)
        loaded = [t["name"] for t in tables if (t.get("x-normalizer") or {}).get("seen-data")]
        if self.mode == "drop_data":
            return Cleared(known, empty=loaded)
        if whole:
            return Cleared(None, drop=loaded)
        remaining = known.clone()
        remaining.drop_tables([t["name"] for t in tables])
        return Cleared(remaining, drop=loaded)

    def _forget_state(self, source_name: str, names: set[str] | None) -> None:
        source = cast("State", self.state.setdefault("sources", {})).get(source_name)
        if not source:
            return
        resources = cast("State", source.get("resources") or {})
        for name in list(resources) if names is None else names:
            resources.pop(name, None)
        if names is None:
            for key in [k for k in source if k != "resources"]:
                del source[key]


@dataclass
class Cleared:
    """What is left of a schema, and which tables are dropped or emptied before its rows come."""

    schema: Schema | None
    drop: list[str] = field(default_factory=list[str])
    empty: list[str] = field(default_factory=list[str])


def _tables_of(schema: Schema, resources: set[str] | None) -> list[dict[str, Any]]:
    """The tables of some resources (or all), nested ones before those they hang on."""
    tables = {table["name"]: table for table in schema.data_tables(include_incomplete=True)}

    def resource_of(table: dict[str, Any]) -> str:
        while table.get("parent") in tables:
            table = tables[table["parent"]]
        return str(table.get("resource") or table["name"])

    return [t for t in reversed(tables.values()) if resources is None or resource_of(t) in resources]
