"""Ranges whose ends belong to them or not."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    return ISSUES


def run(dlt, tmp):
    ends = {"cursor_path": "n", "initial_value": 2, "end_value": 5}
    open_closed = {**ends, "range_start": "open", "range_end": "closed"}
    resources = [
        {"name": "plain", "endpoint": {"path": "a", "incremental": ends}},
        {"name": "open_closed", "endpoint": {"path": "b", "incremental": open_closed}},
    ]
    return load(dlt, answer, {"resources": resources})
