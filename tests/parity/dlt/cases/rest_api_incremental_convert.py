"""The values of the incremental as the server wants them."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    return ISSUES


def run(dlt, tmp):
    def day(value):
        return value[:10]

    incremental = {
        "cursor_path": "at",
        "initial_value": "2024-01-02T00:00:00Z",
        "end_value": "2024-01-05T00:00:00Z",
        "start_param": "since",
        "convert": day,
    }
    endpoint = {
        "path": "issues",
        "params": {"q": "{incremental.start_value}/{incremental.end_value}"},
        "incremental": incremental,
    }
    return load(dlt, answer, {"resources": [{"name": "issues", "endpoint": endpoint}]})
