"""A cursor in the answer goes into the body."""

from __future__ import annotations

from api import load, rows


def answer(request):
    at = request.json.get("page", {}).get("after", 0)
    return {"next": at + 2 if at < 4 else None, "items": rows(at, 2, 5)}


def run(dlt, tmp):
    paginator = {"type": "cursor", "cursor_path": "next", "cursor_body_path": "page.after"}
    endpoint = {"path": "search", "method": "POST", "json": {"query": "all"}, "paginator": paginator}
    return load(dlt, answer, {"resources": [{"name": "rows", "endpoint": endpoint}]}, body=True)
