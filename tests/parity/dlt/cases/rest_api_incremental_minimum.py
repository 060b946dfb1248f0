"""A cursor that goes down, rows in order, rows without it."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    if request.path == "/down":
        return [*reversed(ISSUES[2:]), {"id": 9, "n": None}, {"id": 10}]
    page = request.number("page", 0)
    return ISSUES[page * 2 : page * 2 + 2]


def run(dlt, tmp):
    down = {
        "cursor_path": "n",
        "initial_value": 5,
        "last_value_func": "min",
        "on_cursor_value_missing": "include",
        "start_param": "below",
    }
    ordered = {"cursor_path": "n", "initial_value": 1, "end_value": 3, "row_order": "asc"}
    paginator = {"type": "page_number", "total_path": None}
    resources = [
        {"name": "down", "endpoint": {"incremental": down}},
        {"name": "ordered", "endpoint": {"incremental": ordered, "paginator": paginator}},
    ]
    # The page behind the last one may have been asked for ahead.
    return [line for line in load(dlt, answer, {"resources": resources}) if "down" in line]
