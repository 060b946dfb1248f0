"""Parameters filled from the parent; braces that are meant as such are doubled."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": i, "name": f"u{i}", "team": {"id": i % 2, "tags": ["x", "y"]}} for i in range(1, 5)]
    asked = {**request.query, **request.json}
    header = request.headers.get("X-User")
    return [{"path": request.path, "n": i, **asked, **({"header": header} if header else {})} for i in range(2)]


def run(dlt, tmp):
    params = {"user": "{resources.users.id}", "text": "u={resources.users.name}", "raw": "{{braces}}"}
    endpoint = {"path": "posts", "params": params}
    return load(dlt, answer, {"resources": ["users", {"name": "posts", "endpoint": endpoint}]})
