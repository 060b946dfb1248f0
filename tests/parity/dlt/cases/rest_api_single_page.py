"""One page, whatever it says of others."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"next": f"{request.base}/rows?page=2", "items": rows(0, 2, 100)}


def run(dlt, tmp):
    return load(dlt, answer, {"client": {"paginator": "single_page"}, "resources": ["rows"]})
