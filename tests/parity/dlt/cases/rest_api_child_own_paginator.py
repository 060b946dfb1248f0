"""A child with a paginator of its own starts anew for each row."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": 1}, {"id": 2}]
    at = request.number("offset", 0)
    return [{"id": at + i, "path": request.path} for i in range(2)] if at < 4 else []


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client.paginators import OffsetPaginator

    endpoint = {"path": "users/{resources.users.id}/posts", "paginator": OffsetPaginator(limit=2, total_path=None)}
    return load(dlt, answer, {"resources": ["users", {"name": "posts", "endpoint": endpoint}]})
