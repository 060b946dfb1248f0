"""The paginator by its name alone, under its new name and its old one; a relative address."""

from __future__ import annotations

from api import load, rows


def answer(request):
    page = request.number("page", 1)
    return {"next": f"{request.path}?page={page + 1}" if page < 2 else None, "data": rows(page * 10, 2, 100)}


def run(dlt, tmp):
    new = {"name": "new", "endpoint": {"path": "new", "paginator": "json_link"}}
    old = {"name": "old", "endpoint": {"path": "old", "paginator": "json_response"}}
    return load(dlt, answer, {"resources": [new, old]})
