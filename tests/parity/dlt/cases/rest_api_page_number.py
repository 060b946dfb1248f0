"""Pages are counted up to the total that the answer tells."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"total_pages": 3, "items": rows(request.number("p", 0) * 2, 2, 5)}


def run(dlt, tmp):
    paginator = {"type": "page_number", "page_param": "p", "total_path": "total_pages"}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
