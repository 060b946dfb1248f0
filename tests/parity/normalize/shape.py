"""What a schema and its tables look like, apart from what is made by chance: ids, times and hashes."""

from __future__ import annotations

import base64
import datetime
import decimal
import math
from typing import Any

Rows = dict[str, list[dict[str, Any]]]


def is_data(table: str) -> bool:
    return not table.startswith("_dlt_")


def tables_of(stored: dict[str, Any]) -> dict[str, Any]:
    """The data tables of a stored schema, in order, with their columns in order."""
    tables: dict[str, Any] = {}
    for name, table in stored["tables"].items():
        if is_data(name):
            hints = {key: value for key, value in table.items() if key != "columns"}
            tables[name] = {"columns": list(table["columns"].values()), "hints": dict(sorted(hints.items()))}
    return tables


def rows_of(rows: Rows) -> Rows:
    """The rows with ids told by the place of their row, so that two runs can be compared."""
    names: dict[Any, str] = {}
    for table in sorted(rows, key=lambda name: (name.count("__"), name)):
        for number, row in enumerate(rows[table]):
            if row.get("_dlt_id") is not None and len(str(row["_dlt_id"])) == 14:
                names.setdefault(row["_dlt_id"], f"{table}#{number}")
    return {table: [_row(row, names) for row in rows[table]] for table in sorted(rows)}


def _row(row: dict[str, Any], names: dict[Any, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column, value in row.items():
        if column == "_dlt_load_id":
            told[column] = "load"
        elif column in ("_dlt_id", "_dlt_parent_id", "_dlt_root_id"):
            told[column] = names.get(value, value)
        else:
            told[column] = plain(value)
    return told


def plain(value: Any) -> Any:
    """A value of a database as JSON, with its type where JSON has none."""
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.UTC)
        return f"timestamp {value.isoformat()}"
    if isinstance(value, datetime.date):
        return f"date {value.isoformat()}"
    if isinstance(value, datetime.time):
        return f"time {value.isoformat()}"
    if isinstance(value, decimal.Decimal):
        return f"decimal {value}"
    if isinstance(value, (bytes, bytearray)):
        return f"binary {base64.b64encode(value).decode()}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"double {value}"
    return value
