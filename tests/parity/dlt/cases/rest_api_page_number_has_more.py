"""Pages are counted until a flag says so."""

from __future__ import annotations

from api import load, rows


def answer(request):
    page = request.number("page", 1)
    return {"items": rows(page * 2, 2, 100), "meta": {"has_more": page < 3}}


def run(dlt, tmp):
    paginator = {"type": "page_number", "base_page": 1, "total_path": None, "has_more_path": "meta.has_more"}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
