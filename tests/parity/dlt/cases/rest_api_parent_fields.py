"""Several fields of the parent, nested ones among them."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": i, "name": f"u{i}", "team": {"id": i % 2, "tags": ["x", "y"]}} for i in range(1, 5)]
    asked = {**request.query, **request.json}
    header = request.headers.get("X-User")
    return [{"path": request.path, "n": i, **asked, **({"header": header} if header else {})} for i in range(2)]


def run(dlt, tmp):
    endpoint = {
        "path": "teams/{resources.users.team.id}/{resources.users.team.tags[1]}/posts",
        "params": {"user": "{resources.users.name}", "id": "{resources.users.id}"},
    }
    return load(dlt, answer, {"resources": ["users", {"name": "posts", "endpoint": endpoint}]})
