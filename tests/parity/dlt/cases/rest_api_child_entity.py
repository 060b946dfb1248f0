"""A path that ends with a placeholder gives one entity, lists in it notwithstanding."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return {"results": [{"id": 1}, {"id": 2}]}
    return {"id": int(request.path.split("/")[-1]), "items": [{"a": 1}, {"a": 2}], "next": "http://nowhere.invalid/"}


def run(dlt, tmp):
    return load(dlt, answer, {"resources": ["users", {"name": "user", "endpoint": "users/{resources.users.id}"}]})
