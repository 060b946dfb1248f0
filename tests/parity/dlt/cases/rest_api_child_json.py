"""A body filled from the parent: a value of its own keeps its type, keys are filled too."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": i, "name": f"u{i}", "team": {"id": i % 2, "tags": ["x", "y"]}} for i in range(1, 5)]
    asked = {**request.query, **request.json}
    header = request.headers.get("X-User")
    return [{"path": request.path, "n": i, **asked, **({"header": header} if header else {})} for i in range(2)]


def run(dlt, tmp):
    body = {
        "user": "{resources.users.id}",
        "text": "u={resources.users.name}",
        "team": "{resources.users.team}",
        "list": ["{resources.users.team.id}", 7, None, True],
        "key_{resources.users.id}": "{{}}",
    }
    endpoint = {"path": "posts", "method": "POST", "json": body, "paginator": "single_page"}
    return load(dlt, answer, {"resources": ["users", {"name": "posts", "endpoint": endpoint}]}, body=True)
