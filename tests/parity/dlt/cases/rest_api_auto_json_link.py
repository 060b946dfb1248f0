"""The answer's link is found without being told of."""

from __future__ import annotations

from api import load, rows


def answer(request):
    page = request.number("page", 1)
    if request.path == "/nested":
        following = {"next": {"href": f"{request.base}/nested?page={page + 1}"}} if page < 2 else {}
        return {"_links": following, "_embedded": {"items": rows(page * 10, 2, 100)}}
    return {
        "info": {"next": f"{request.base}/rows?page={page + 1}" if page < 3 else None, "count": 6},
        "results": rows(page * 10, 2, 100),
    }


def run(dlt, tmp):
    return load(dlt, answer, {"resources": ["rows", "nested"]})
