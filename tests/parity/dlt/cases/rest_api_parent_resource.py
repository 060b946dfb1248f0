"""A parent that is a resource of the user's own."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"path": request.path, **request.query}]


def run(dlt, tmp):
    @dlt.resource(selected=False)
    def users():
        yield [{"id": 1}, {"id": 2}]
        yield [{"id": 3}]

    posts = {
        "name": "posts",
        "endpoint": {"path": "posts", "params": {"user": "{resources.users.id}"}},
        "include_from_parent": ["id"],
    }
    return load(dlt, answer, {"resources": [posts, users()]})
