"""Issues and their comments as the public API of GitHub has them."""

from __future__ import annotations

from api import Answer, api

ISSUES = [
    {
        "id": 100 + n,
        "number": n,
        "title": f"issue {n}",
        "updated_at": f"2024-01-{n:02}T12:00:00Z",
        "user": {"login": "ann", "id": 1},
        "labels": [{"id": 1, "name": "bug"}] if n % 2 else [],
        "pull_request": None,
    }
    for n in range(1, 6)
]


def answer(request):
    if request.path == "/repos/a/b/issues":
        page, size = request.number("page", 1), request.number("per_page", 30)
        found = [i for i in ISSUES if i["updated_at"] >= request.query["since"]]
        links = f'<{request.base}/repos/a/b/issues?per_page={size}&page={page + 1}&since={request.query["since"]}>; rel="next"'
        more = page * size < len(found)
        return Answer(found[(page - 1) * size : page * size], headers={"Link": links} if more else {})
    if request.path.endswith("/comments"):
        number = int(request.path.split("/")[-2])
        return [{"id": number * 10, "body": "hello", "user": {"login": "bob"}}] if number != 3 else Answer([], 404)
    return None


def run(dlt, tmp):
    config = {
        "client": {"base_url": "/repos/a/b/", "auth": {"token": "t"}},
        "resource_defaults": {
            "primary_key": "id",
            "write_disposition": "merge",
            "endpoint": {"params": {"per_page": 2}},
        },
        "resources": [
            {
                "name": "issues",
                "endpoint": {
                    "path": "issues",
                    "params": {
                        "sort": "updated",
                        "direction": "desc",
                        "state": "open",
                        "since": "{incremental.start_value}",
                    },
                    "incremental": {"cursor_path": "updated_at", "initial_value": "2024-01-02T00:00:00Z"},
                },
            },
            {
                "name": "comments",
                "endpoint": {
                    "path": "issues/{resources.issues.number}/comments",
                    "response_actions": [{"status_code": 404, "action": "ignore"}],
                },
                "include_from_parent": ["id", "title"],
            },
        ],
    }
    from dlt.sources.rest_api import rest_api_source

    with api(answer) as served:
        config["client"]["base_url"] = f"{served.url}/repos/a/b/"
        for _ in range(2):
            dlt.pipeline("case", destination="duckdb", dataset_name="data").run(rest_api_source(config, name="github"))
        return served.asked()
