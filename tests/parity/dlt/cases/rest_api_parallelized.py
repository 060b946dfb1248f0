"""Parents and children whose requests run in the pool."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": i, "name": f"u{i}", "team": {"id": i % 2, "tags": ["x", "y"]}} for i in range(1, 5)]
    asked = {**request.query, **request.json}
    header = request.headers.get("X-User")
    return [{"path": request.path, "n": i, **asked, **({"header": header} if header else {})} for i in range(2)]


def run(dlt, tmp):
    resources = [
        {"name": "users", "parallelized": True},
        {"name": "teams", "endpoint": "teams", "parallelized": True},
        {
            "name": "posts",
            "endpoint": "users/{resources.users.id}/posts",
            "include_from_parent": ["name"],
            "parallelized": True,
        },
    ]
    return load(dlt, answer, {"resources": resources})
