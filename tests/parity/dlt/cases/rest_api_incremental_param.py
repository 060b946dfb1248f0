"""A parameter of the type `incremental`."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    return ISSUES


def run(dlt, tmp):
    since = {
        "type": "incremental",
        "cursor_path": "n",
        "initial_value": 3,
        "convert": lambda value: f"n{value}",
    }
    endpoint = {"path": "issues", "params": {"since": since, "open": True}}
    return load(dlt, answer, {"resources": [{"name": "issues", "endpoint": endpoint}]}, runs=2)
