"""Children see what the steps of the parent left."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": i} for i in range(5)]
    return [{"path": request.path, "n": i} for i in range(3)]


def run(dlt, tmp):
    users = {
        "name": "users",
        "processing_steps": [{"filter": lambda u: u["id"] % 2}, {"map": lambda u: {**u, "key": f"k{u['id']}"}}],
    }
    posts = {
        "name": "posts",
        "endpoint": "users/{resources.users.key}/posts",
        "include_from_parent": ["key"],
        "processing_steps": [{"filter": lambda p: p["n"] < 2 and p["_users_key"]}],
    }
    return load(dlt, answer, {"resources": [users, posts]})
