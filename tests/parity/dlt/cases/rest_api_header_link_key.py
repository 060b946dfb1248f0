"""The header `Link` under a relation of its own."""

from __future__ import annotations

from api import Answer, load, rows


def answer(request):
    page = request.number("page", 1)
    headers = {"Link": f'<{request.base}/rows?page={page + 1}>; rel="following"'} if page < 3 else {}
    return Answer(rows(page * 10, 2, 100), headers=headers)


def run(dlt, tmp):
    paginator = {"type": "header_link", "links_next_key": "following"}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
