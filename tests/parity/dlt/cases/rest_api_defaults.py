"""What the defaults say, laid under what the resources say."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"id": 1, "at": "2024-01-01", "price": "1.5", "note": "7"}]


def run(dlt, tmp):
    config = {
        "resource_defaults": {
            "primary_key": "id",
            "write_disposition": "merge",
            "columns": {"price": {"data_type": "decimal"}, "at": {"data_type": "date"}},
            "endpoint": {"params": {"per_page": 10, "sort": "asc"}, "headers": {"X-A": "default"}},
        },
        "resources": [
            "plain",
            {
                "name": "own",
                "write_disposition": "append",
                "columns": [{"name": "at", "nullable": False}, {"name": "note", "data_type": "bigint"}],
                "endpoint": {"path": "own", "params": {"sort": "desc", "extra": 1}, "headers": {"X-B": "own"}},
            },
        ],
    }
    return load(dlt, answer, config, "X-A", "X-B", runs=2)
