"""Offset and limit go into the body."""

from __future__ import annotations

from api import load, rows


def answer(request):
    page = request.json["page"]
    return {"total": "5", "items": rows(page["offset"], page["limit"], 5)}


def run(dlt, tmp):
    paginator = {
        "type": "offset",
        "limit": 2,
        "offset_body_path": "page.offset",
        "limit_body_path": "page.limit",
        "total_path": "total",
    }
    endpoint = {"path": "search", "method": "POST", "json": {"kind": "row"}, "paginator": paginator}
    return load(dlt, answer, {"resources": [{"name": "rows", "endpoint": endpoint}]}, body=True)
