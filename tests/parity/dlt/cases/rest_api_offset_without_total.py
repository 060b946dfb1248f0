"""Rows are counted until a page is empty; the parameters have names of their own."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return rows(request.number("skip", 0), request.number("take", 100), 4)


def run(dlt, tmp):
    paginator = {"type": "offset", "limit": 2, "offset_param": "skip", "limit_param": "take", "total_path": None}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
