"""The resources without a source, changed by hand."""

from __future__ import annotations

from api import api


def answer(request):
    if request.path == "/users":
        return [{"id": i} for i in range(3)]
    return [{"path": request.path, "n": i} for i in range(2)]


def run(dlt, tmp):
    from dlt.sources.rest_api import rest_api_resources

    with api(answer) as served:
        config = {
            "client": {"base_url": served.url},
            "resources": [{"name": "posts", "endpoint": "users/{resources.users.id}/posts"}, "users"],
        }
        users, posts = rest_api_resources(config)
        users.apply_hints(primary_key="id", write_disposition="merge")
        posts.add_map(lambda post: {**post, "seen": True})
        dlt.pipeline("case", destination="duckdb", dataset_name="data").run([users, posts.with_name("renamed"), posts])
        return [users.name, posts.name, served.asked()]
