"""The link in the header is found without being told of."""

from __future__ import annotations

from api import Answer, load, rows


def answer(request):
    page = request.number("page", 1)
    headers = {"Link": f'<{request.base}/rows?page={page + 1}>; rel="next"'} if page < 2 else {}
    return Answer(rows(page * 10, 2, 100), headers=headers)


def run(dlt, tmp):
    return load(dlt, answer, {"client": {"paginator": "auto"}, "resources": ["rows"]})
