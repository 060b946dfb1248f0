"""Runs a case through gristmill and tells it in the form that `record.py` writes for dlt."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import shape  # noqa: E402

LOAD_ID = "1700000000.5"


def table_hints(case: dict[str, Any]) -> dict[str, Any]:
    """The table schema that a resource with the case's arguments declares."""
    table = dict(case.get("table", {}))
    name = table.get("name", "items")
    hints: dict[str, Any] = {
        "columns": table.get("columns", {}),
        "write_disposition": table.get("write_disposition", "append"),
        "name": name,
        "resource": name,
    }
    for key in ("x-merge-strategy", "schema_contract"):
        if key in table:
            hints[key] = table[key]
    if "max_nesting" in table:
        hints["x-normalizer"] = {"max_nesting": table["max_nesting"]}
    return hints


def schema_of(core: Any, case: dict[str, Any]) -> Any:
    """The schema that a case starts with."""
    stored = core.Schema("parity", case.get("naming", "snake_case")).to_dict()
    stored["settings"]["detections"] += case.get("detections", [])
    for setting in ("preferred_types", "schema_contract"):
        if setting in case:
            stored["settings"][setting] = case[setting]
    schema = core.Schema.from_dict(stored)
    if "max_nesting" in case:
        schema.set_max_nesting(None, case["max_nesting"])
    return schema


def run(core: Any, case: dict[str, Any], face: str, options: dict[str, Any]) -> dict[str, Any]:
    """Flattens the case's loads, one after the other, and reads the batches back."""
    import pyarrow

    schema = schema_of(core, case)
    rows: shape.Rows = {}
    for items in case["loads"] if "loads" in case else [case["items"]]:
        normalizer = core.Normalizer(schema, LOAD_ID, options)
        if face == "json":
            lines = "".join(json.dumps(item) + "\n" for item in items)
            normalizer.json_lines(table_hints(case), lines.encode())
        else:
            normalizer.items(table_hints(case), items)
        normalizer.finish()
        schema = normalizer.schema
        for name, batch in normalizer.drain():
            rows.setdefault(name, []).extend(pyarrow.record_batch(batch).to_pylist())
    stored = schema.to_dict()
    for name, table in stored["tables"].items():
        columns = [c["name"] for c in table["columns"].values() if "data_type" in c]
        if name in rows:
            rows[name] = [{column: row.get(column) for column in columns} for row in rows[name]]
        elif shape.is_data(name) and columns:
            rows[name] = []
    return {
        "tables": shape.tables_of(stored),
        "settings": stored["settings"],
        "normalizers": stored["normalizers"],
        "rows": shape.rows_of(rows),
    }
