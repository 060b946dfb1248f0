"""Schemas as YAML files that people read and edit: `export_schema_path` and `import_schema_path` of a pipeline.

What is exported tells what a schema has become. What stands in the import folder is taken over when a source is extracted
for the first time, and again whenever somebody changed it; where there is no file yet, one is written with what the source
itself declares, so that there is something to edit.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

IMPORTED_HASH = "imported_version_hash"


def _file(folder: str, name: str) -> Path:
    return Path(folder) / f"{name}.schema.yaml"


def imported(folder: str | None, name: str, known: Schema | None) -> Schema | None:
    """What is known of a schema, or what stands in the import folder when that was changed."""
    if folder is None or not (file := _file(folder, name)).is_file():
        return known
    found = Schema.from_file(file)
    if known is not None and known.to_dict().get(IMPORTED_HASH) == found.version_hash:
        return known
    return _linked(found, found.version_hash)


def write_import(folder: str, schema: Schema, declared: Mapping[str, set[str]]) -> Schema:
    """Write what the source declares, where nothing stands yet; gives the schema, linked to the file."""
    file = _file(folder, schema.name)
    if file.exists():
        return schema
    stored: dict[str, Any] = schema.to_dict()
    for name in [n for n in stored["tables"] if not n.startswith("_dlt")]:
        if name not in declared:
            del stored["tables"][name]
            continue
        columns = stored["tables"][name].get("columns") or {}
        stored["tables"][name]["columns"] = {n: c for n, c in columns.items() if n in declared[name]}
    plain = Schema.from_dict(stored)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(plain.to_pretty_yaml(remove_defaults=True, remove_processing_hints=True), "utf-8")
    return _linked(schema, Schema.from_file(file).version_hash)


def export(folder: str, schema: Schema, *, also_import: bool) -> None:
    """Write what the schema is now; where it is imported from too, without what processing noted."""
    file = _file(folder, schema.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(schema.to_pretty_yaml(remove_defaults=True, remove_processing_hints=also_import), "utf-8")


def _linked(schema: Schema, version_hash: str) -> Schema:
    return Schema.from_dict({**schema.to_dict(), IMPORTED_HASH: version_hash})
