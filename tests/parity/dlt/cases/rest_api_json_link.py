"""The next page's address stands in the answer, under a path of its own."""

from __future__ import annotations

from api import load, rows


def answer(request):
    page = request.number("page", 1)
    following = f"{request.base}/rows?page={page + 1}" if page < 3 else None
    return {"links": {"next": following}, "rows": rows(page * 10, 2, 100)}


def run(dlt, tmp):
    paginator = {"type": "json_link", "next_url_path": "links.next"}
    endpoint = {"path": "rows", "data_selector": "rows"}
    return load(
        dlt, answer, {"client": {"paginator": paginator}, "resources": [{"name": "rows", "endpoint": endpoint}]}
    )
