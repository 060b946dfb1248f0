"""The cursor is found without being told of."""

from __future__ import annotations

from api import load, rows


def answer(request):
    at = request.number("cursor", 0)
    return {"data": rows(at, 2, 4), "cursors": {"next": at + 2 if at < 2 else None}}


def run(dlt, tmp):
    return load(dlt, answer, {"client": {"paginator": {"type": "auto"}}, "resources": ["rows"]})
