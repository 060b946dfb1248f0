"""A cursor that never ends, and a flag that says when to."""

from __future__ import annotations

from api import load, rows


def answer(request):
    at = request.number("starting_after", 0)
    return {"data": rows(at, 2, 6), "has_more": at + 2 < 6, "last": at + 2}


def run(dlt, tmp):
    paginator = {
        "type": "cursor",
        "cursor_path": "last",
        "cursor_param": "starting_after",
        "has_more_path": "has_more",
    }
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
