"""An incremental whose values go into the requests for each row of the parent."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/users":
        return [{"id": 1}, {"id": 2}]
    user = int(request.path.split("/")[2])
    return [{"id": user * 10 + i, "n": user * 4 + i} for i in range(4)]


def run(dlt, tmp):
    incremental = {"cursor_path": "n", "initial_value": 5, "start_param": "since", "convert": str}
    endpoint = {
        "path": "users/{resources.users.id}/posts",
        "params": {"q": "{incremental.initial_value}"},
        "incremental": incremental,
    }
    config = {"resources": ["users", {"name": "posts", "primary_key": "id", "endpoint": endpoint}]}
    return load(dlt, answer, config, runs=2)
