"""Children with several pages each, and pages of parents."""

from __future__ import annotations

from api import load


def answer(request):
    page = request.number("page", 0)
    if request.path == "/users":
        return [{"id": page * 2 + i} for i in range(2)] if page < 2 else []
    user = int(request.path.split("/")[2])
    return [{"id": user * 100 + page * 10 + i} for i in range(2)] if page < user else []


def run(dlt, tmp):
    config = {
        "client": {"paginator": {"type": "page_number", "total_path": None}},
        "resources": ["users", {"name": "posts", "endpoint": "users/{resources.users.id}/posts"}],
    }
    return load(dlt, answer, config)
