"""A limit counts pages of parents; children of those are asked for whole."""

from __future__ import annotations

from api import api


def answer(request):
    page = request.number("page", 0)
    if request.path == "/users":
        return [{"id": page * 10 + i} for i in range(2)]
    return [{"path": request.path, "page": page}] if page < 2 else []


def run(dlt, tmp):
    from dlt.sources.rest_api import rest_api_source

    with api(answer) as served:
        config = {
            "client": {"base_url": served.url, "paginator": {"type": "page_number", "total_path": None}},
            "resources": ["users", {"name": "posts", "endpoint": "users/{resources.users.id}/posts"}],
        }
        dlt.pipeline("case", destination="duckdb", dataset_name="data").run(rest_api_source(config).add_limit(2))
        return len(served.requests) < 20
