"""What a dataset looks like to a reader, with generated values replaced by what they point to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

GENERATED = ("_dlt_id", "_dlt_load_id", "_dlt_parent_id", "_dlt_root_id")


def picture(connection: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, Any]:
    """Tables with columns and rows, and the loads. Row keys become `table#n`, load ids `load n`."""
    loads = [
        row[0] for row in connection.execute(f"select load_id from {dataset}._dlt_loads order by rowid").fetchall()
    ]
    load_names = {load_id: f"load {number}" for number, load_id in enumerate(loads, 1)}
    columns = columns_of(connection, dataset)
    raw = {
        table: rows_of(connection, dataset, table, columns[table]) for table in columns if not table.startswith("_dlt")
    }
    keys = row_keys(raw)
    tables = {}
    for table, rows in raw.items():
        shown = [
            {
                name: load_names.get(value, value)
                if name == "_dlt_load_id"
                else keys.get(value, value)
                if name in GENERATED
                else value
                for name, value in row.items()
            }
            for row in rows
        ]
        tables[table] = sorted(shown, key=lambda row: json.dumps(row, sort_keys=True))
    return {"columns": columns, "tables": tables, "loads": len(loads), "schemas": schemas_of(connection, dataset)}


def columns_of(connection: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, list[list[str]]]:
    sql = (
        "select table_name, column_name, data_type, is_nullable from information_schema.columns "
        f"where table_schema = '{dataset}' order by table_name, ordinal_position"
    )
    columns: dict[str, list[list[str]]] = {}
    for table, *column in connection.execute(sql).fetchall():
        columns.setdefault(table, []).append(column)
    return columns


def rows_of(
    connection: duckdb.DuckDBPyConnection, dataset: str, table: str, columns: list[list[str]]
) -> list[dict[str, Any]]:
    # As text, which is how two databases are compared without a Python type in between.
    listed = ", ".join(f'"{name}"::varchar' for name, *_ in columns)
    rows = connection.execute(f'select {listed} from {dataset}."{table}"').fetchall()
    return [dict(zip([name for name, *_ in columns], row, strict=True)) for row in rows]


def row_keys(raw: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """A name for each row key: its table, and its place among the rows of the table by what they hold."""
    names: dict[str, str] = {}
    # A parent's table has a shorter name than its child's.
    for table in sorted(raw, key=len):

        def content(row: dict[str, Any]) -> str:
            plain = {name: value for name, value in row.items() if name not in GENERATED}
            plain["parent"] = names.get(row.get("_dlt_parent_id") or "", "")
            return json.dumps(plain, sort_keys=True)

        for number, row in enumerate(sorted(raw[table], key=content)):
            if row.get("_dlt_id") is not None:
                names[row["_dlt_id"]] = f"{table}#{number}"
    return names


def schemas_of(connection: duckdb.DuckDBPyConnection, dataset: str) -> list[dict[str, Any]]:
    sql = (
        f"select version, engine_version, schema_name, version_hash, schema from {dataset}._dlt_version order by rowid"
    )
    rows = connection.execute(sql).fetchall()
    return [
        {
            "version": version,
            "engine_version": engine,
            "name": name,
            "hash": hash_,
            "tables": json.loads(schema)["tables"],
        }
        for version, engine, name, hash_, schema in rows
    ]
