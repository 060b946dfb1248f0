"""A schema: the tables of a source, their columns and hints, with a version that changes when they do.

The core owns the rules (names, types, contracts, hashes); this is the face that users of dlt know.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill import schema_drawing, schema_yaml
from gristmill.exceptions import (
    InvalidSchemaName,
    TableIdentifiersFrozen,
    TableNotFound,
)
from gristmill.schema_live import LiveDict, put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gristmill import _core
    from gristmill.common.normalizers.naming import NamingConvention

Table = dict[str, Any]
MAX_NAME_LENGTH = 64
_CONTRACT = ("tables", "columns", "data_type")
_PROCESSING_HINTS = ("x-normalizer", "x-loader", "x-extractor")


class Schema:
    """The tables of a source."""

    ENGINE_VERSION = 11

    def __init__(self, name: str, normalizers: Any = None) -> None:
        if not name.isidentifier() or len(name) > MAX_NAME_LENGTH:
            message = f"`{name}` cannot be the name of a schema: letters, digits and `_`, at most {MAX_NAME_LENGTH}"
            raise InvalidSchemaName(message)
        self._name = name
        self._naming: Any = cast("Table", normalizers).get("names") if normalizers else None
        self._core: _core.Schema | None = None
        self._settings, self._tables = LiveDict(), LiveDict()

    @property
    def core(self) -> _core.Schema:
        """The schema in the core; made when it is first needed, with what was changed in dicts of it."""
        changed = [(("settings", *path), value) for path, value in self._settings.changes()]
        changed += [(("tables", *path), value) for path, value in self._tables.changes()]
        if changed:
            self._settings.settle()
            self._tables.settle()

            def change(stored: Table) -> None:
                for path, value in changed:
                    put(stored, path, value)

            self._edit(change)
        if self._core is None:
            from gristmill import _core, naming

            chosen = self._naming or naming.configured(self._name) or naming.DEFAULT
            self._core = _core.Schema(self._name, naming.reference_of(chosen))
        return self._core

    @core.setter
    def core(self, core: _core.Schema) -> None:
        self._core = core

    @classmethod
    def from_core(cls, core: _core.Schema) -> Schema:
        """The face of a schema of the core."""
        made = cls(core.name)
        made.core = core
        return made

    @classmethod
    def from_dict(
        cls, d: Table, remove_processing_hints: bool = False, bump_version: bool = True, validate_schema: bool = True
    ) -> Schema:
        """From dlt's stored form."""
        del bump_version, validate_schema
        from gristmill import _core, naming

        if stored := (d.get("normalizers") or {}).get("names"):
            naming.reference_of(stored)
        return cls.from_core(_core.Schema.from_dict(_without_processing(d) if remove_processing_hints else d))

    @classmethod
    def from_stored_schema(cls, stored_schema: Table) -> Schema:
        """From dlt's stored form."""
        return cls.from_dict(stored_schema)

    @classmethod
    def from_file(cls, path: Path | str) -> Schema:
        """From a stored schema in a file, JSON or YAML."""
        file = Path(path)
        text = file.read_text("utf-8")
        if file.suffix == ".json":
            return cls.from_dict(json.loads(text))
        return cls.from_dict(schema_yaml.read(text, file))

    def to_dict(
        self, remove_defaults: bool = False, remove_processing_hints: bool = False, bump_version: bool = True
    ) -> Table:
        """Dlt's stored form."""
        del bump_version
        stored = self.core.to_dict()
        if remove_processing_hints:
            stored = _without_processing(stored)
        if remove_defaults:
            # A name stands before the colon already.
            for table in stored["tables"].values():
                for record in (table, *(table.get("columns") or {}).values()):
                    record.pop("name", None)
        return stored

    def clone(
        self, with_name: str | None = None, remove_processing_hints: bool = False, update_normalizers: bool = False
    ) -> Schema:
        """A copy, under another name if one is given."""
        del update_normalizers
        if self._core is None and not self._settings.changes():
            made = Schema(with_name or self._name)
            made._naming = self._naming
            return made
        if (with_name is None or with_name == self.name) and not remove_processing_hints:
            return Schema.from_core(self.core.clone())
        stored = self.to_dict(remove_processing_hints=remove_processing_hints)
        if with_name is not None and with_name != self.name:
            # Another name is another schema: it has no history.
            stored.update(name=with_name, previous_hashes=[], version=0, version_hash="")
        return Schema.from_dict(stored)

    @property
    def name(self) -> str:
        """Its name, which is its source's."""
        return self._name

    @property
    def version(self) -> int:
        """Rises with each change."""
        return self.core.bump()[0]

    @property
    def version_hash(self) -> str:
        """Changes with each change."""
        return self.core.bump()[1]

    @property
    def stored_version(self) -> int:
        """The version as it was stored."""
        return self.core.version

    @property
    def stored_version_hash(self) -> str:
        """The hash as it was stored."""
        return self.core.version_hash

    @property
    def previous_hashes(self) -> list[str]:
        """The hashes it had before."""
        return cast("list[str]", self.to_dict().get("previous_hashes") or [])

    @property
    def naming(self) -> NamingConvention:
        """How names are written in the destination."""
        from gristmill import naming

        return naming.convention(self._naming_reference())(naming.NAME_LENGTH_MAX)

    def _naming_reference(self) -> str:
        return cast("Table", self.to_dict().get("normalizers") or {}).get("names") or "snake_case"

    def update_normalizers(self, destination_naming: Any = None) -> None:
        """Follow the naming convention that is configured now; refused where tables with data would be called otherwise.

        Without one in the configuration the destination's holds, and without that the schema keeps its own.
        """
        from gristmill import _core, naming

        wanted = naming.configured(self.name) or destination_naming
        if wanted is None:
            return
        reference, current = naming.reference_of(wanted), self._naming_reference()
        if naming.convention(reference) is naming.convention(current):
            return
        stored = self.to_dict()
        names = Schema(self.name, {"names": reference}).naming
        moved = [
            table["name"]
            for table in self.data_tables(seen_data_only=True)
            if names.is_case_sensitive != self.naming.is_case_sensitive
            or names.normalize_tables_path(table["name"]) != table["name"]
            or any(names.normalize_path(column) != column for column in table["columns"])
        ]
        if moved and not naming.may_change(self.name):
            raise TableIdentifiersFrozen(self.name, moved[0], reference, current)
        stored["normalizers"]["names"] = reference
        tables = [table for table in self._named_tables().values() if not table["name"].startswith("_dlt")]
        stored["tables"] = {n: t for n, t in stored["tables"].items() if n.startswith("_dlt")}
        self._core = _core.Schema.from_dict(stored)
        for table in tables:
            self.update_table(table)

    @property
    def settings(self) -> Table:
        """Detections, default hints, preferred types, contract; what is changed in them holds."""
        return self._settings.show(cast("Table", self.to_dict().get("settings") or {}))

    @property
    def tables(self) -> dict[str, Table]:
        """All tables; each knows its name. What is changed in them holds."""
        return self._tables.show(self._named_tables())

    def _named_tables(self) -> dict[str, Table]:
        found: dict[str, Table] = {}
        for name, table in cast("dict[str, Table]", self.to_dict()["tables"]).items():
            columns = {n: {**c, "name": n} for n, c in cast("dict[str, Table]", table.get("columns") or {}).items()}
            found[name] = {**table, "name": name, "columns": columns}
        return found

    def get_table(self, table_name: str) -> Table:
        """One table."""
        tables = self.tables
        if table_name not in tables:
            raise TableNotFound(self.name, table_name)
        return tables[table_name]

    def get_table_columns(self, table_name: str, include_incomplete: bool = False) -> dict[str, Table]:
        """A table's columns; without `include_incomplete` those whose type is known."""
        columns = cast("dict[str, Table]", self.get_table(table_name)["columns"])
        return columns if include_incomplete else {n: c for n, c in columns.items() if c.get("data_type")}

    def data_tables(self, seen_data_only: bool = False, include_incomplete: bool = False) -> list[Table]:
        """The tables that hold users' data."""
        return [
            table
            for table in self._named_tables().values()
            if not table["name"].startswith("_dlt")
            and (include_incomplete or any(c.get("data_type") for c in table["columns"].values()))
            and (not seen_data_only or (table.get("x-normalizer") or {}).get("seen-data"))
        ]

    def data_table_names(self, seen_data_only: bool = False, include_incomplete: bool = False) -> list[str]:
        """Their names."""
        return [table["name"] for table in self.data_tables(seen_data_only, include_incomplete)]

    def dlt_tables(self) -> list[Table]:
        """The tables that keep account."""
        return [table for table in self._named_tables().values() if table["name"].startswith("_dlt")]

    def dlt_table_names(self) -> list[str]:
        """Their names."""
        return [table["name"] for table in self.dlt_tables()]

    def is_new_table(self, table_name: str) -> bool:
        """Whether the table is not there, or has no complete column."""
        known = self._named_tables().get(table_name)
        return known is None or not any(c.get("data_type") for c in known["columns"].values())

    def get_new_table_columns(
        self,
        table_name: str,
        existing_columns: dict[str, Table],
        case_sensitive: bool,
        include_incomplete: bool = False,
    ) -> list[Table]:
        """The table's columns that are not among the existing ones."""
        known = set(existing_columns) if case_sensitive else {name.lower() for name in existing_columns}
        columns = self.get_table_columns(table_name, include_incomplete)
        return [c for n, c in columns.items() if (n if case_sensitive else n.lower()) not in known]

    def update_table(
        self, partial_table: Table, normalize_identifiers: bool = True, merge_compound_props: bool = True
    ) -> Table:
        """Merge a table's hints and columns into the schema; gives what was merged."""
        del normalize_identifiers, merge_compound_props
        return self.core.update_table(partial_table)

    def update_schema(self, schema: Schema) -> None:
        """Merge the tables of another schema, and take its settings."""
        settings = cast("Table", schema.to_dict().get("settings") or {})
        self._edit(lambda stored: stored.update(settings=settings))
        for name, table in schema._named_tables().items():
            if not name.startswith("_dlt"):
                self.update_table(table)

    def replace_schema_content(self, schema: Schema, link_to_replaced_schema: bool = False) -> None:
        """Take over everything from another schema; with the link, remember the hash of what was replaced."""
        stored = schema.to_dict()
        if link_to_replaced_schema:
            stored["previous_hashes"] = [self.version_hash, *self.previous_hashes][:10]
        made = Schema.from_dict(stored)
        self._name, self._core = made._name, made.core

    def drop_tables(self, table_names: Iterable[str]) -> list[Table]:
        """Forget tables; gives them."""
        names = set(table_names)
        dropped = [table for name, table in self._named_tables().items() if name in names]
        self._edit(lambda stored: [stored["tables"].pop(n, None) for n in names])
        return dropped

    def _edit(self, change: Any) -> None:
        from gristmill import _core

        stored = self.core.to_dict()
        change(stored)
        self._core = _core.Schema.from_dict(stored)

    @property
    def normalizer_config(self) -> Table:
        """What is set for nested items."""
        return self._normalizer_config()

    def update_normalizer_config(self, config: Table) -> None:
        """Lay settings for nested items over those that there are."""

        def change(stored: Table) -> None:
            normalizer = stored["normalizers"]["json"]
            normalizer["config"] = {**(normalizer.get("config") or {}), **config}

        self._edit(change)

    def _normalizer_config(self) -> Table:
        normalizers = cast("Table", self.to_dict().get("normalizers") or {})
        return cast("Table", (normalizers.get("json") or {}).get("config") or {})

    @property
    def max_table_nesting(self) -> int | None:
        """How deep nested data becomes tables."""
        return self._normalizer_config().get("max_nesting")

    @max_table_nesting.setter
    def max_table_nesting(self, value: int | None) -> None:
        self.core.set_max_nesting(None, value)

    @property
    def root_key(self) -> bool | None:
        """Whether child tables carry the root's key."""
        return self._normalizer_config().get("root_key_propagation")

    @root_key.setter
    def root_key(self, value: bool) -> None:
        def change(stored: Table) -> None:
            normalizer = stored["normalizers"]["json"]
            normalizer["config"] = {**(normalizer.get("config") or {}), "root_key_propagation": value}

        self._edit(change)

    @property
    def schema_contract(self) -> Any:
        """What is allowed to change."""
        return self.settings.get("schema_contract")

    @schema_contract.setter
    def schema_contract(self, contract: Any) -> None:
        def change(stored: Table) -> None:
            settings = stored.setdefault("settings", {})
            if contract:
                settings["schema_contract"] = contract
            else:
                settings.pop("schema_contract", None)

        self._edit(change)

    def set_schema_contract(self, settings: Any) -> None:
        """Say what is allowed to change."""
        self.schema_contract = settings

    @staticmethod
    def expand_schema_contract_settings(settings: Any, default: Table | None = None) -> Table:
        """A contract in its long form, what it leaves open filled from the default.

        >>> Schema.expand_schema_contract_settings("freeze")
        {'tables': 'freeze', 'columns': 'freeze', 'data_type': 'freeze'}
        """
        given = dict.fromkeys(_CONTRACT, settings) if isinstance(settings, str) else dict(settings or {})
        return {**dict.fromkeys(_CONTRACT, "evolve"), **(default or {}), **given}

    def resolve_contract_settings_for_table(self, table_name: str, new_table_schema: Table | None = None) -> Table:
        """The contract that holds for a table: its own, that of the table above, the schema's."""
        tables = self._named_tables()
        table = new_table_schema or tables.get(table_name) or {}
        while "schema_contract" not in table and table.get("parent") in tables:
            table = tables[table["parent"]]
        own = self.expand_schema_contract_settings(self.schema_contract)
        return self.expand_schema_contract_settings(table.get("schema_contract"), own)

    def filter_row_with_hint(self, table_name: str, hint_type: str, row: dict[str, Any]) -> dict[str, Any]:
        """The values of a row whose columns have a hint."""
        hint = "nullable" if hint_type == "not_null" else hint_type
        columns = self._named_tables().get(table_name, {}).get("columns", {})
        has = {
            name
            for name, column in columns.items()
            if (column.get(hint) is False if hint == "nullable" else column.get(hint))
        }
        return {name: value for name, value in row.items() if name in has}

    def merge_hints(
        self, new_hints: dict[str, list[str]], replace: bool = False, normalize_identifiers: bool = True
    ) -> None:
        """Add hints that columns get by their names: `{"primary_key": ["id"], "not_null": ["re:^x"]}`."""
        del normalize_identifiers

        def change(stored: Table) -> None:
            hints = stored.setdefault("settings", {}).setdefault("default_hints", {})
            for hint, names in new_hints.items():
                known = [] if replace else hints.get(hint) or []
                hints[hint] = list(dict.fromkeys([*known, *names]))

        self._edit(change)

    def update_preferred_types(self, new_preferred_types: dict[str, str], normalize_identifiers: bool = True) -> None:
        """Types that columns get by their names: `{"re:timestamp$": "timestamp"}`."""
        del normalize_identifiers
        self._edit(
            lambda stored: (
                stored.setdefault("settings", {}).setdefault("preferred_types", {}).update(new_preferred_types)
            )
        )

    def get_preferred_type(self, col_name: str) -> str | None:
        """The type that a column gets by its name, if one says so."""
        for pattern, data_type in cast("dict[str, str]", self.settings.get("preferred_types") or {}).items():
            if re.search(pattern.removeprefix("re:"), col_name) if pattern.startswith("re:") else pattern == col_name:
                return data_type
        return None

    def add_type_detection(self, detection: str) -> None:
        """Detect a type in texts or numbers: `iso_date`, `timestamp`, `large_integer`, ..."""
        if detection not in self._detections():
            self._set_detections([*self._detections(), detection])

    def remove_type_detection(self, detection: str) -> None:
        """Do not detect it any more."""
        self._set_detections([d for d in self._detections() if d != detection])

    def _detections(self) -> list[str]:
        return list(self.settings.get("detections") or ())

    def _set_detections(self, detections: list[str]) -> None:
        self._edit(lambda stored: stored.setdefault("settings", {}).update(detections=detections))

    @property
    def is_new(self) -> bool:
        """Whether it was never stored."""
        return not self.to_dict().get("version_hash") or self.stored_version == 0

    @property
    def is_modified(self) -> bool:
        """Whether it changed since it was stored."""
        return self.version_hash != self.stored_version_hash

    @property
    def references(self) -> list[Table]:
        """How tables belong together: by hints, to their load, to the table above."""
        return schema_drawing.references(self)

    def to_pretty_json(self, remove_defaults: bool = True, remove_processing_hints: bool = False) -> str:
        """The stored form for people."""
        stored = self.to_dict(remove_defaults, remove_processing_hints)
        return json.dumps(stored, indent=2, ensure_ascii=False)

    def to_pretty_yaml(self, remove_defaults: bool = True, remove_processing_hints: bool = False) -> str:
        """The stored form for people; without what processing noted, if they are to edit it."""
        return schema_yaml.write(self.to_dict(remove_defaults, remove_processing_hints))

    def to_mermaid(
        self,
        remove_processing_hints: bool = False,
        hide_columns: bool = False,
        hide_descriptions: bool = False,
        include_dlt_tables: bool = True,
    ) -> str:
        """A diagram for mermaid."""
        del remove_processing_hints
        return schema_drawing.mermaid(
            self, columns=not hide_columns, descriptions=not hide_descriptions, dlt_tables=include_dlt_tables
        )

    def to_dot(
        self,
        remove_processing_hints: bool = False,
        include_dlt_tables: bool = True,
        include_internal_dlt_ref: bool = True,
        include_parent_child_ref: bool = True,
        include_root_child_ref: bool = True,
        group_by_resource: bool = False,
    ) -> str:
        """A graph for graphviz."""
        del remove_processing_hints
        kinds = schema_drawing.Kinds(include_internal_dlt_ref, include_parent_child_ref, include_root_child_ref)
        return schema_drawing.dot(self, kinds, dlt_tables=include_dlt_tables, grouped=group_by_resource)

    def to_dbml(
        self,
        remove_processing_hints: bool = False,
        include_dlt_tables: bool = True,
        include_internal_dlt_ref: bool = True,
        include_parent_child_ref: bool = True,
        include_root_child_ref: bool = True,
        group_by_resource: bool = False,
    ) -> str:
        """A document for dbdiagram.io and its like."""
        del remove_processing_hints
        kinds = schema_drawing.Kinds(include_internal_dlt_ref, include_parent_child_ref, include_root_child_ref)
        return schema_drawing.dbml(self, kinds, dlt_tables=include_dlt_tables, grouped=group_by_resource)

    def _repr_html_(self) -> str:
        return schema_drawing.as_html(self)

    def __repr__(self) -> str:
        return (
            f"<dlt.Schema(name={self.name!r}, version={self.stored_version!r}, tables={list(self._named_tables())!r},"
            f" version_hash={self.stored_version_hash!r})>"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.version_hash == other.version_hash

    __hash__ = object.__hash__


def _without_processing(stored: Table) -> Table:
    tables: dict[str, Table] = {}
    for name, table in cast("dict[str, Table]", stored["tables"]).items():
        columns = cast("dict[str, Table]", table.get("columns") or {})
        bare = {n: {k: v for k, v in c.items() if k not in _PROCESSING_HINTS} for n, c in columns.items()}
        tables[name] = {**{k: v for k, v in table.items() if k not in _PROCESSING_HINTS}, "columns": bare}
    return {**stored, "tables": tables}
