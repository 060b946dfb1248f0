"""A cursor in the answer goes into a parameter."""

from __future__ import annotations

from api import load, rows


def answer(request):
    at = int(request.query.get("after", "c0")[1:])
    return {"meta": {"cursor": f"c{at + 2}" if at < 4 else None}, "items": rows(at, 2, 5)}


def run(dlt, tmp):
    paginator = {"type": "cursor", "cursor_path": "meta.cursor", "cursor_param": "after"}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
