"""Pages are counted until one is empty, or has less to do with that."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"data": rows(request.number("page", 0) * 2, 2, 3), "total": 1}


def run(dlt, tmp):
    until_empty = {"type": "page_number", "total_path": None}
    total_only = {"type": "page_number", "total_path": "total", "stop_after_empty_page": False}
    resources = [
        {"name": "until_empty", "endpoint": {"path": "a", "paginator": until_empty}},
        {"name": "total_only", "endpoint": {"path": "b", "paginator": total_only}},
    ]
    return load(dlt, answer, {"resources": resources})
