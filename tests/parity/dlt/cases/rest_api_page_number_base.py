"""Pages are counted from one, and from a later one."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"pages": 3, "items": rows(request.number("page", 0) * 2, 2, 100)}


def run(dlt, tmp):
    first = {"type": "page_number", "base_page": 1, "total_path": "pages"}
    later = {"type": "page_number", "base_page": 1, "page": 2, "total_path": "pages"}
    resources = [{"name": n, "endpoint": {"path": n, "paginator": p}} for n, p in (("first", first), ("later", later))]
    return load(dlt, answer, {"resources": resources})
