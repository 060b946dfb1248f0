"""Three levels, each asked for with the rows of the one above."""

from __future__ import annotations

from api import load


def answer(request):
    parts = request.path.strip("/").split("/")
    if len(parts) == 1:
        return [{"id": 1}, {"id": 2}]
    if len(parts) == 3:
        return [{"id": int(parts[1]) * 10 + i} for i in range(2)]
    return [{"id": int(parts[3]) * 10 + i, "last": i == 1} for i in range(2)]


def run(dlt, tmp):
    resources = [
        {"name": "replies", "endpoint": "users/{resources.posts._users_id}/posts/{resources.posts.id}/replies"},
        {"name": "posts", "endpoint": "users/{resources.users.id}/posts", "include_from_parent": ["id"]},
        "users",
    ]
    return load(dlt, answer, {"resources": resources})
