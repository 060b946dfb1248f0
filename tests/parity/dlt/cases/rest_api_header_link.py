"""The next page's address stands in the header `Link`."""

from __future__ import annotations

from api import Answer, load, rows


def answer(request):
    page = request.number("page", 1)
    links = [f'<{request.base}/rows?page=1>; rel="first"']
    if page < 3:
        links.append(f'<{request.base}/rows?page={page + 1}>; rel="next"')
    return Answer(rows(page * 10, 2, 100), headers={"Link": ", ".join(links)})


def run(dlt, tmp):
    return load(dlt, answer, {"client": {"paginator": "header_link"}, "resources": ["rows"]})
