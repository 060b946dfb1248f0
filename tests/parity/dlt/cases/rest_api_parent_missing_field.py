"""A row of the parent without the field that its child needs ends the extraction."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"id": 1}, {"name": "no id"}] if request.path == "/users" else [{"n": 1}]


def run(dlt, tmp):
    return load(
        dlt, answer, {"resources": ["users", {"name": "posts", "endpoint": "users/{resources.users.id}/posts"}]}
    )
