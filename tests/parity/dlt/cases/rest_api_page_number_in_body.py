"""The page's number goes into the body."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"items": rows(request.json.get("paging", {}).get("page", 0) * 2, 2, 3)}


def run(dlt, tmp):
    paginator = {"type": "page_number", "page_body_path": "paging.page", "total_path": None}
    endpoint = {"path": "search", "method": "POST", "json": {"kind": "row"}, "paginator": paginator}
    return load(dlt, answer, {"resources": [{"name": "rows", "endpoint": endpoint}]}, body=True)
