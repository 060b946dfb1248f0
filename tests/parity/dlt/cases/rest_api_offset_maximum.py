"""Rows are counted up to a maximum, from a first one on."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"items": rows(request.number("offset", 0), request.number("limit", 100), 100)}


def run(dlt, tmp):
    paginator = {"type": "offset", "limit": 2, "offset": 4, "maximum_offset": 8, "total_path": None}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
