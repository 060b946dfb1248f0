"""Rows are counted until a flag says so."""

from __future__ import annotations

from api import load, rows


def answer(request):
    at = request.number("offset", 0)
    return {"items": rows(at, 2, 6), "more": "true" if at < 4 else "false"}


def run(dlt, tmp):
    paginator = {"type": "offset", "limit": 2, "total_path": None, "has_more_path": "more"}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
