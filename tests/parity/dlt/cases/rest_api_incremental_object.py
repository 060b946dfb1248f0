"""A parameter that is an incremental."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    return ISSUES


def run(dlt, tmp):
    since = dlt.sources.incremental("at", initial_value="2024-01-04T00:00:00Z")
    endpoint = {"path": "issues", "params": {"since": since}}
    return load(dlt, answer, {"resources": [{"name": "issues", "endpoint": endpoint}]}, runs=2)
