"""The number of pages is found without being told of."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"page": 1, "total_pages": 3, "data": rows(request.number("page", 0) * 2, 2, 100)}


def run(dlt, tmp):
    return load(dlt, answer, {"resources": ["rows"]})
