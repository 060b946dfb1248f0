"""A resource as a text, with its path as a text, without an endpoint, and as a resource."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"path": request.path}]


def run(dlt, tmp):
    @dlt.resource
    def own():
        yield {"id": 1}

    resources = ["a", {"name": "b", "endpoint": "some/path"}, {"name": "c"}, {"name": "d", "endpoint": {}}, own]
    return load(dlt, answer, {"resources": resources})
