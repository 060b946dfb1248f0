"""The values of the incremental in the path, the parameters, the headers and the body."""

from __future__ import annotations

from api import load

ISSUES = [{"id": i, "at": f"2024-01-0{i}T00:00:00Z", "n": i} for i in range(1, 7)]


def answer(request):
    return ISSUES


def run(dlt, tmp):
    incremental = {"cursor_path": "n", "initial_value": 2, "end_value": 5}
    endpoint = {
        "path": "from/{incremental.start_value}/issues",
        "method": "POST",
        "params": {"q": "n>={incremental.initial_value} and n<{incremental.end_value}"},
        "headers": {"X-From": "{incremental.last_value}"},
        "json": {
            "from": "{incremental.start_value}",
            "text": "from {incremental.start_value}",
            "{incremental.end_value}": [],
        },
        "incremental": incremental,
        "paginator": "single_page",
    }
    return load(dlt, answer, {"resources": [{"name": "issues", "endpoint": endpoint}]}, "X-From", body=True)
