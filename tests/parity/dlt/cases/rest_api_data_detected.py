"""Where the rows stand, found without being told of."""

from __future__ import annotations

from api import load

ANSWERS = {
    "/by_name": {"meta": {"links": [1, 2]}, "others": [{"id": 0}], "results": [{"id": 1}, {"id": 2}]},
    "/nested": {"response": {"status": "ok", "records": [{"id": 1}]}},
    "/first": {"a": {"b": [{"id": 1}]}, "widgets": [{"id": 2}]},
    "/too_deep": {"a": {"b": {"c": {"items": [{"id": 1}]}}}},
    "/texts": {"id": 1, "name": "x"},
}


def answer(request):
    return ANSWERS[request.path]


def run(dlt, tmp):
    return load(dlt, answer, {"client": {"paginator": "single_page"}, "resources": [p.strip("/") for p in ANSWERS]})
