"""A schema as a drawing: mermaid, dot, dbml, and a table for notebooks. No library is needed."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from gristmill.schema import Schema

Table = dict[str, Any]

_LINES = {
    "one_to_one": "||--||",
    "one_to_many": "||--|{",
    "many_to_one": "}|--||",
    "many_to_many": "}|--|{",
    "zero_to_many": "|o--|{",
    "many_to_zero": "}|--o|",
    "zero_to_one": "|o--||",
    "one_to_zero": "||--o|",
}


class Kinds(NamedTuple):
    """Which references are drawn besides those of hints."""

    internal: bool = True
    parent_child: bool = True
    root_child: bool = True


def references(schema: Schema, kinds: Kinds = Kinds()) -> list[Table]:  # noqa: B008
    """How tables belong together: by hints, to their load, to the table above and to the one at the root."""
    found: list[Table] = []
    tables = schema.tables
    for name, table in tables.items():
        found += [{**reference, "table": name} for reference in table.get("references") or ()]
        if kinds.internal and "_dlt_load_id" in table["columns"]:
            found.append(_reference("_dlt_load", "many_to_one", name, "_dlt_load_id", "_dlt_loads", "load_id"))
        parent = tables.get(table.get("parent") or "")
        if kinds.parent_child and parent is not None:
            ours, theirs = _with(table, "parent_key"), _with(parent, "row_key")
            if ours and theirs:
                found.append(_reference("_dlt_parent", "many_to_one", name, ours, parent["name"], theirs))
        root = _root(table, tables)
        if kinds.root_child and parent is not None:
            ours, theirs = _with(table, "root_key"), _with(root, "row_key")
            if ours and theirs:
                found.append(_reference("_dlt_root", "many_to_one", name, ours, root["name"], theirs))
    if not kinds.internal:
        return found
    for label, ours, theirs, cardinality in (
        ("_dlt_schema_version", "version_hash", "schema_version_hash", "one_to_many"),
        ("_dlt_schema_name", "schema_name", "schema_name", "many_to_many"),
    ):
        found.append(_reference(label, cardinality, "_dlt_version", ours, "_dlt_loads", theirs))
    return found


def _reference(label: str, cardinality: str, table: str, column: str, other: str, other_column: str) -> Table:
    return {
        "label": label,
        "cardinality": cardinality,
        "table": table,
        "columns": [column],
        "referenced_table": other,
        "referenced_columns": [other_column],
    }


def _with(table: Table, hint: str) -> str | None:
    return next((name for name, column in table["columns"].items() if column.get(hint)), None)


def _root(table: Table, tables: dict[str, Table]) -> Table:
    while (above := tables.get(table.get("parent") or "")) is not None:
        table = above
    return table


def _by_resource(schema: Schema, tables: dict[str, Table]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, table in tables.items():
        resource = _root(table, schema.tables).get("resource")
        if resource and not name.startswith("_dlt"):
            grouped.setdefault(str(resource), []).append(name)
    return grouped


def mermaid(
    schema: Schema, *, columns: bool, descriptions: bool, dlt_tables: bool, lines_between: list[Table] | None = None
) -> str:
    """An entity relationship diagram of mermaid."""
    tables = _shown(schema, dlt_tables=dlt_tables)
    lines = ["erDiagram"]
    for name, table in tables.items():
        lines.append(f"    {name}{{")
        if columns:
            lines += [_mermaid_column(column, descriptions=descriptions) for column in table["columns"].values()]
        lines.append("}")
    for reference in references(schema) if lines_between is None else lines_between:
        if reference["table"] in tables and reference["referenced_table"] in tables:
            line = _LINES[reference.get("cardinality") or "many_to_one"]
            label = reference.get("label") or '""'
            lines.append(f'    {reference["table"]} {line} {reference["referenced_table"]} : "{label}"')
    return "\n".join(lines) + "\n"


def _mermaid_column(column: Table, *, descriptions: bool) -> str:
    parts = ["   ", str(column.get("data_type")), str(column["name"])]
    if column.get("primary_key"):
        parts.append("PK")
    elif column.get("unique"):
        parts.append("UK")
    if descriptions and column.get("description"):
        parts.append('"' + str(column["description"]).replace('"', "'") + '"')
    return " ".join(parts)


def dot(schema: Schema, kinds: Kinds, *, dlt_tables: bool, grouped: bool = False) -> str:
    """A graph of graphviz; with `grouped` the tables of each resource stand in a frame."""
    tables = _shown(schema, dlt_tables=dlt_tables)
    lines = [f"digraph {schema.name} {{", '    graph [rankdir="BT"];', "    node [shape=plain];"]
    for name, table in tables.items():
        cells = "".join(
            f'<tr><td align="left" port="{_text(column)}">{_text(column)}</td><td align="left">{about.get("data_type")}'
            "</td></tr>"
            for column, about in table["columns"].items()
        )
        head = f'<tr><td colspan="2"><b>{_text(name)}</b></td></tr>'
        lines.append(f'    "{name}" [label=<<table border="0" cellborder="1" cellspacing="0">{head}{cells}</table>>];')
    for reference in references(schema, kinds):
        if reference["table"] in tables and reference["referenced_table"] in tables:
            start = f'"{reference["table"]}":"{reference["columns"][0]}"'
            end = f'"{reference["referenced_table"]}":"{reference["referenced_columns"][0]}"'
            lines.append(f"    {start} -> {end};")
    for number, (resource, names) in enumerate(_by_resource(schema, tables).items() if grouped else ()):
        members = " ".join(f'"{name}";' for name in names)
        lines.append(f'    subgraph cluster_{number} {{ label="{_text(resource)}"; {members} }}')
    return "\n".join([*lines, "}"]) + "\n"


def dbml(schema: Schema, kinds: Kinds, *, dlt_tables: bool, grouped: bool = False) -> str:
    """A document of dbml; with `grouped` the tables of each resource are a group."""
    tables = _shown(schema, dlt_tables=dlt_tables)
    blocks: list[str] = []
    for name, table in tables.items():
        columns = "\n".join(_dbml_column(column) for column in table["columns"].values())
        blocks.append(f'Table "{name}" {{\n{columns}\n}}')
    signs = {"one_to_many": "<", "many_to_many": "<>", "one_to_one": "-"}
    for reference in references(schema, kinds):
        if reference["table"] in tables and reference["referenced_table"] in tables:
            sign = signs.get(reference.get("cardinality") or "", ">")
            start = f'"{reference["table"]}"."{reference["columns"][0]}"'
            end = f'"{reference["referenced_table"]}"."{reference["referenced_columns"][0]}"'
            blocks.append(f"Ref: {start} {sign} {end}")
    for resource, names in _by_resource(schema, tables).items() if grouped else ():
        members = "\n".join(f'    "{name}"' for name in names)
        blocks.append(f'TableGroup "{resource}" {{\n{members}\n}}')
    return "\n\n".join(blocks) + "\n"


def _dbml_column(column: Table) -> str:
    settings = [word for hint, word in (("primary_key", "pk"), ("unique", "unique")) if column.get(hint)]
    if not column.get("nullable", True):
        settings.append("not null")
    if column.get("description"):
        note = str(column["description"]).replace("'", "\\'")
        settings.append(f"note: '{note}'")
    shown = f" [{', '.join(settings)}]" if settings else ""
    return f'    "{column["name"]}" "{column.get("data_type")}"{shown}'


def as_html(schema: Schema) -> str:
    """The tables of the data and their columns, for notebooks."""
    parts: list[str] = []
    for table in schema.data_tables():
        rows = "".join(
            f"<tr><td>{_text(n)}</td><td>{c.get('data_type')}</td><td>{'' if c.get('nullable', True) else 'not null'}</td>"
            f"<td>{_text(c.get('description') or '')}</td></tr>"
            for n, c in table["columns"].items()
        )
        about = _text(str(table.get("write_disposition") or f"nested in {table.get('parent')}"))
        parts.append(
            f"<details open><summary><strong>{_text(table['name'])}</strong> <small>{about}</small></summary>"
            f"<table><tbody>{rows}</tbody></table></details>"
        )
    head = f"<strong>Schema {_text(schema.name)}</strong> <small>version {schema.stored_version}</small>"
    return f"<div>{head}{''.join(parts)}</div>"


def _text(text: str) -> str:
    return html.escape(str(text))


def _shown(schema: Schema, *, dlt_tables: bool) -> dict[str, Table]:
    return {n: t for n, t in schema.tables.items() if dlt_tables or not n.startswith("_dlt")}
