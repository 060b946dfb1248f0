"""A cursor in a header goes into a parameter."""

from __future__ import annotations

from api import Answer, load, rows


def answer(request):
    page = int(request.query.get("after", "0"))
    return Answer(rows(page * 2, 2, 5), headers={"X-Next": str(page + 1)} if page < 2 else {})


def run(dlt, tmp):
    paginator = {"type": "header_cursor", "cursor_key": "X-Next", "cursor_param": "after"}
    return load(dlt, answer, {"client": {"paginator": paginator}, "resources": ["rows"]})
