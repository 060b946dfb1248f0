"""A database as plain data that two peers can be compared by.

Generated ids, load ids and times differ from run to run, so they are replaced by what they stand for: `orders#0` is the
first row of `orders` by content, `load1` the first load, `t1` the first point in time.
"""

from __future__ import annotations

import base64
import functools
import json
import zlib
from pathlib import Path
from typing import Any

import duckdb

IDS = ("_dlt_id", "_dlt_parent_id", "_dlt_root_id")
Row = dict[str, Any]


def dump_database(path: Path, *, raw_ids: bool) -> dict[str, Any]:
    """All tables of all schemas but DuckDB's own."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return dump_connection(connection, raw_ids=raw_ids)


def dump_connection(connection: Any, *, raw_ids: bool) -> dict[str, Any]:
    """All tables of a database that is open."""
    connection.execute("set TimeZone = 'UTC'")
    names = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not internal order by 1, 2"
    ).fetchall()
    return {
        schema: dump_dataset(connection, schema, [t for s, t in names if s == schema], raw_ids=raw_ids)
        for schema in sorted({s for s, _ in names})
        if not schema.endswith("_staging")
    }


def dump_dataset(connection: Any, schema: str, tables: list[str], *, raw_ids: bool) -> dict[str, Any]:
    """The tables of one dataset: columns and rows."""
    columns = {t: describe(connection, schema, t) for t in tables}
    rows = {t: read(connection, schema, t, columns[t]) for t in tables}
    loads = sorted((r["load_id"] for r in rows.get("_dlt_loads", [])), key=float)
    load_names = {load_id: f"load{i + 1}" for i, load_id in enumerate(loads)}
    times = sorted(
        {r[c] for t in tables for r in rows[t] for c in r if c.startswith("_dlt_valid_") and r[c] is not None}
    )
    time_names = {t: f"t{i + 1}" for i, t in enumerate(times)}
    for table in tables:
        for row in rows[table]:
            for name, value in row.items():
                if name in ("_dlt_load_id", "load_id") and value in load_names:
                    row[name] = load_names[value]
                elif name.startswith("_dlt_valid_") and value in time_names:
                    row[name] = time_names[value]
    data = {t: rows[t] for t in tables if not t.startswith("_dlt_")}
    found = {t: {"columns": columns[t], "rows": told} for t, told in named(data, raw_ids=raw_ids).items()}
    return {"tables": found, "dlt": dlt_tables(columns, rows)}


def describe(connection: Any, schema: str, table: str) -> list[list[Any]]:
    """Name, type and nullability of each column, in order."""
    found = connection.execute(
        "select column_name, data_type, is_nullable from duckdb_columns() where schema_name = ? and table_name = ?"
        " order by column_index",
        [schema, table],
    ).fetchall()
    return [list(column) for column in found]


def read(connection: Any, schema: str, table: str, columns: list[list[Any]]) -> list[Row]:
    """All rows; what is no plain value comes as text, which needs no library of time zones."""
    plain_types = ("VARCHAR", "BOOLEAN", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DOUBLE", "BLOB")
    listed = ", ".join(f'"{n}"' if kind in plain_types else f'"{n}"::varchar' for n, kind, _ in columns)
    found = connection.execute(f'select {listed} from "{schema}"."{table}"').fetchall()
    return [{c[0]: plain(v) for c, v in zip(columns, row, strict=True)} for row in found]


def plain(value: Any) -> Any:
    """What JSON can hold."""
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, float):
        # dlt writes numbers as SQL, which has no sign for zero.
        return repr(value + 0.0)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return str(value)


def named(rows: dict[str, list[Row]], *, raw_ids: bool) -> dict[str, list[Row]]:
    """The rows of each table with ids replaced by names, in an order that does not depend on them."""
    labels: dict[str, str] = {}
    below = contents_below(rows)

    def place(row: Row) -> tuple[str, str]:
        return content(row, labels), below.get(row.get("_dlt_id", ""), "")

    for table in sorted(rows, key=lambda t: (t.count("__") + t.count("▶"), t)):
        for index, row in enumerate(sorted(rows[table], key=place)):
            if row.get("_dlt_id") is not None:
                labels.setdefault(row["_dlt_id"], f"{table}#{index}")
    return {
        table: [
            {n: labels.get(v, v) if n in IDS and not raw_ids else as_json(v) for n, v in row.items()}
            for row in sorted(found, key=place)
        ]
        for table, found in rows.items()
    }


def content(row: Row, labels: dict[str, str]) -> str:
    """What a row says apart from its own id."""
    parts = {
        n: labels.get(v, "") if n in ("_dlt_parent_id", "_dlt_root_id") else as_json(v)
        for n, v in row.items()
        if n != "_dlt_id"
    }
    return json.dumps(parts, sort_keys=True, default=str)


def contents_below(rows: dict[str, list[Row]]) -> dict[str, str]:
    """By row id, what the rows nested in it say: it tells rows apart that are equal but for their children."""
    children: dict[str, list[tuple[str, Row]]] = {}
    for table, found in rows.items():
        for row in found:
            if row.get("_dlt_parent_id") is not None:
                children.setdefault(row["_dlt_parent_id"], []).append((table, row))

    @functools.cache
    def below(row_id: str) -> str:
        told = [table + content(row, {}) + below(row.get("_dlt_id", "")) for table, row in children.get(row_id, ())]
        return json.dumps(sorted(told)) if told else ""

    return {row_id: below(row_id) for row_id in children}


def as_json(value: Any) -> Any:
    """A text that holds JSON, without differences of white space and order of keys."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return {"json": json.loads(value)}
        except ValueError:
            return value
    return value


def paired(table: Row) -> Row:
    """The table with the columns of each reference sorted: dlt lists them in the order of a set, which changes."""
    for reference in table.get("references") or []:
        pairs = sorted(zip(reference["columns"], reference["referenced_columns"], strict=True))
        reference["columns"], reference["referenced_columns"] = [list(side) for side in zip(*pairs, strict=True)]
    return table


def dlt_tables(columns: dict[str, Any], rows: dict[str, list[Row]]) -> dict[str, Any]:
    """The tables that keep account: loads, the newest schema of each name, the newest state of each pipeline."""
    schemas: dict[str, Any] = {}
    for row in sorted(rows.get("_dlt_version", []), key=lambda r: r["version"]):
        stored = json.loads(row["schema"])
        schemas[row["schema_name"]] = {
            "versions": sum(1 for r in rows["_dlt_version"] if r["schema_name"] == row["schema_name"]),
            "engine_version": row["engine_version"],
            "tables": {n: ordered(paired(t)) for n, t in stored["tables"].items() if not n.startswith("_dlt_")},
            "settings": stored.get("settings"),
            "normalizers": stored.get("normalizers"),
        }
    states: dict[str, Any] = {}
    for row in sorted(rows.get("_dlt_pipeline_state", []), key=lambda r: r["version"]):
        state = json.loads(zlib.decompress(base64.b64decode(row["state"])))
        state.pop("_version_hash", None)
        state.pop("_local", None)
        states[row["pipeline_name"]] = {"rows": len(rows["_dlt_pipeline_state"]), "state": state}
    return {
        "columns": {t: c for t, c in columns.items() if t.startswith("_dlt_")},
        "loads": sorted([r["load_id"], r["schema_name"], r["status"]] for r in rows.get("_dlt_loads", [])),
        "schemas": schemas,
        "states": states,
    }


def ordered(table: Row) -> Row:
    """A stored table with its columns as a list, so that their order counts."""
    return {**table, "columns": [{"name": n, **c} for n, c in table["columns"].items()]}
