"""Rows are counted up to the total that the answer tells."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"total": 5, "items": rows(request.number("offset", 0), request.number("limit", 100), 5)}


def run(dlt, tmp):
    return load(dlt, answer, {"client": {"paginator": {"type": "offset", "limit": 2}}, "resources": ["rows"]})
