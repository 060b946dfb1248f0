"""A schema as text: JSON, YAML, and the languages of diagrams (DBML, Graphviz, Mermaid).

Diagrams show columns whose type is known, and how tables refer to one another: child to parent and root, each row to its
load, and what `references` name.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.schema import Schema, Table


def in_format(schema: Schema, format_: str) -> str:
    """The schema in one of the formats `json`, `yaml`, `dbml`, `dot`, `mermaid`; without names that stand before a colon."""
    match format_:
        case "json":
            stored = schema.to_dict()
            for table in stored["tables"].values():
                for record in (table, *(table.get("columns") or {}).values()):
                    record.pop("name", None)
            return json.dumps(stored, indent=2, ensure_ascii=False)
        case "dbml":
            return dbml(schema)
        case "dot":
            return dot(schema)
        case "mermaid":
            return mermaid(schema)
        case _:
            return schema.to_pretty_yaml(remove_defaults=True).rstrip("\n")


@dataclass(frozen=True)
class Link:
    """A column that holds the key of a row elsewhere."""

    table: str
    column: str
    to_table: str
    to_column: str
    label: str
    cardinality: str = "}|--||"
    """As Mermaid draws it."""


def links(schema: Schema) -> list[Link]:
    """How the tables refer to one another."""
    tables = _tables(schema)
    found: list[Link] = []
    for name, table in tables.items():
        for column in table["columns"]:
            if column == "_dlt_load_id" and name != "_dlt_loads" and "_dlt_loads" in tables:
                found.append(Link(name, column, "_dlt_loads", "load_id", "_dlt_load"))
            if column == "_dlt_parent_id" and table.get("parent") in tables:
                found.append(Link(name, column, table["parent"], "_dlt_id", "_dlt_parent"))
            if column == "_dlt_root_id" and table.get("parent") in tables:
                found.append(Link(name, column, _root(tables, table), "_dlt_id", "_dlt_root"))
        for reference in table.get("references") or ():
            pairs = zip(reference["columns"], reference["referenced_columns"], strict=False)
            found += [Link(name, ours, reference["referenced_table"], theirs, ours) for ours, theirs in pairs]
    if "_dlt_version" in tables and "_dlt_loads" in tables:
        for ours, theirs, label, cardinality in (
            ("version_hash", "schema_version_hash", "_dlt_schema_version", "||--|{"),
            ("schema_name", "schema_name", "_dlt_schema_name", "}|--|{"),
        ):
            found.append(Link("_dlt_version", ours, "_dlt_loads", theirs, label, cardinality))
    return found


def mermaid(schema: Schema) -> str:
    """An entity relationship diagram for Mermaid."""
    lines = ["erDiagram"]
    for name, table in _tables(schema).items():
        lines.append(f"    {name}{{")
        for column, hints in table["columns"].items():
            key = " PK" if hints.get("primary_key") else " UK" if hints.get("unique") else ""
            told = " " + json.dumps(str(hints["description"]), ensure_ascii=False) if hints.get("description") else ""
            lines.append(f"        {hints['data_type']} {column}{key}{told}")
        lines.append("    }")
    lines += [f'    {link.table} {link.cardinality} {link.to_table} : "{link.label}"' for link in links(schema)]
    return "\n".join(lines)


def dbml(schema: Schema) -> str:
    """DBML, the language of dbdiagram.io."""
    blocks: list[str] = []
    for name, table in _tables(schema).items():
        lines = [f"Table {_quoted(name)} {{"]
        for column, hints in table["columns"].items():
            settings = ["pk"] if hints.get("primary_key") else []
            settings += ["unique"] if hints.get("unique") else []
            settings += ["not null"] if hints.get("nullable") is False else []
            settings += [f"note: {_noted(hints['description'])}"] if hints.get("description") else []
            lines.append(
                f"    {_quoted(column)} {hints['data_type']}" + (f" [{', '.join(settings)}]" if settings else "")
            )
        if table.get("description"):
            lines.append(f"    Note: {_noted(table['description'])}")
        blocks.append("\n".join([*lines, "}"]))
    for link in links(schema):
        ours, theirs = (
            f"{_quoted(link.table)}.{_quoted(link.column)}",
            f"{_quoted(link.to_table)}.{_quoted(link.to_column)}",
        )
        sign = {"}|--||": ">", "||--|{": "<", "}|--|{": "<>"}[link.cardinality]
        blocks.append(f"Ref: {ours} {sign} {theirs}")
    return "\n\n".join(blocks)


def dot(schema: Schema) -> str:
    """A graph for Graphviz, a table with a row for each column."""
    lines = [f"digraph {_quoted(schema.name)} {{", '    graph [rankdir="LR"]', "    node [shape=plain]"]
    for name, table in _tables(schema).items():
        rows = [f'<tr><td port="_head" colspan="2"><b>{html.escape(name)}</b></td></tr>']
        for column, hints in table["columns"].items():
            shown = html.escape(column)
            shown = f"<b>{shown}</b>" if hints.get("primary_key") else shown
            kind = hints["data_type"] + (" <b>NN</b>" if hints.get("nullable") is False else "")
            rows.append(
                f'<tr><td port="{html.escape(column)}" align="left">{shown}</td><td align="left">{kind}</td></tr>'
            )
        lines.append(
            f'    {_quoted(name)} [label=<<table border="0" cellborder="1" cellspacing="0">{"".join(rows)}</table>>]'
        )
    for link in links(schema):
        ours, theirs = (
            f"{_quoted(link.table)}:{_quoted(link.column)}",
            f"{_quoted(link.to_table)}:{_quoted(link.to_column)}",
        )
        lines.append(f"    {ours} -> {theirs} [tooltip={_quoted(link.label)}]")
    return "\n".join([*lines, "}"])


def _tables(schema: Schema) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for name, table in schema.tables.items():
        columns: dict[str, Any] = {n: c for n, c in table["columns"].items() if c.get("data_type")}
        if columns:
            found[name] = {**table, "columns": columns}
    return found


def _root(tables: dict[str, Table], table: Table) -> str:
    while table.get("parent") in tables:
        table = tables[table["parent"]]
    return str(table["name"])


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _noted(text: str) -> str:
    return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"
