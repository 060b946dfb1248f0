"""A form filled from the parent."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": 1, "name": "a b"}, {"id": 2, "name": "c&d"}]
    return [{"n": 1, "body": request.body.decode()}]


def run(dlt, tmp):
    form = {"user": "{resources.users.id}", "name": "{resources.users.name}", "kind": "post"}
    endpoint = {"path": "posts", "method": "POST", "data": form}
    text = {"path": "texts", "method": "POST", "data": "u={resources.users.id}"}
    resources = ["users", {"name": "posts", "endpoint": endpoint}, {"name": "texts", "endpoint": text}]
    return load(dlt, answer, {"resources": resources}, "Content-Type", body=True)
