"""The second run starts so many seconds before the last value."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    return ISSUES


def run(dlt, tmp):
    incremental = {
        "cursor_path": "at",
        "initial_value": "2024-01-01T00:00:00Z",
        "lag": 86400 * 2,
        "start_param": "since",
    }
    config = {
        "resources": [
            {
                "name": "issues",
                "write_disposition": "merge",
                "primary_key": "id",
                "endpoint": {"incremental": incremental},
            }
        ]
    }
    return load(dlt, answer, config, runs=2)
