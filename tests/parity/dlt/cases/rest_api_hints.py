"""The hints of a resource."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"id": 1, "kind": "a", "nested": {"deep": {"list": [1, 2]}}, "lines": [{"no": 1}]}]


def run(dlt, tmp):
    resources = [
        {
            "name": "rows",
            "table_name": "facts",
            "write_disposition": "replace",
            "primary_key": ["id", "kind"],
            "columns": {"kind": {"data_type": "text", "nullable": False}},
            "max_table_nesting": 1,
            "schema_contract": {"columns": "evolve"},
        },
        {"name": "merged", "write_disposition": {"disposition": "merge", "strategy": "upsert"}, "primary_key": "id"},
        {"name": "left_out", "selected": False},
        {"name": "dynamic", "table_name": lambda item: f"kind_{item['kind']}"},
        {
            "name": "nested",
            "nested_hints": {"lines": {"columns": {"no": {"name": "no", "data_type": "text"}}}},
            "merge_key": "kind",
            "write_disposition": "merge",
        },
    ]
    return load(dlt, answer, {"resources": resources})
