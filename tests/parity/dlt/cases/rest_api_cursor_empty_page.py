"""A cursor that ends with an empty page."""

from __future__ import annotations

from api import load, rows


def answer(request):
    at = request.number("cursor", 0)
    return {"data": rows(at, 2, 4), "cursors": {"next": at + 2}}


def run(dlt, tmp):
    paginator = {"type": "cursor", "cursor_param": "cursor", "stop_after_empty_page": True}
    endpoint = {"path": "rows", "data_selector": "data", "paginator": paginator}
    return load(dlt, answer, {"resources": [{"name": "rows", "endpoint": endpoint}]})
