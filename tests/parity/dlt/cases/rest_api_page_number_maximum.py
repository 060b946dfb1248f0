"""Pages are counted up to a maximum."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return rows(request.number("page", 0) * 2, 2, 100)


def run(dlt, tmp):
    paginator = {"type": "page_number", "maximum_page": 3, "total_path": None}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
