"""Bodies as JSON, as a form and as text."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"kind": request.headers.get("Content-Type"), "body": request.body.decode()}]


def run(dlt, tmp):
    bodies = {
        "json": {"json": {"a": [1, {"b": None}], "t": "x {{y}}"}},
        "form": {"data": {"a": 1, "b": ["x", "y"]}},
        "text": {"data": "plain {{text}}"},
        "bytes": {"data": b"{raw}"},
        "none": {},
    }
    resources = [{"name": n, "endpoint": {"path": n, "method": "POST", **b}} for n, b in bodies.items()]
    return load(dlt, answer, {"client": {"paginator": "single_page"}, "resources": resources})
