"""The last value goes into a parameter, run by run."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    since = request.query.get("since", "")
    return [issue for issue in ISSUES[: 3 if len(since) and since < "2024" else 6] if issue["at"] >= since]


def run(dlt, tmp):
    incremental = {"cursor_path": "at", "initial_value": "2023-12-31T00:00:00Z", "start_param": "since"}
    endpoint = {"path": "issues", "params": {"sort": "at"}, "incremental": incremental}
    config = {"resources": [{"name": "issues", "primary_key": "id", "endpoint": endpoint}]}
    return load(dlt, answer, config, runs=2)
