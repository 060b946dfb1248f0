"""A key in a header, and in the query."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"header": request.headers.get("X-Key"), "plain": request.headers.get("Authorization")}]


def run(dlt, tmp):
    forms = {
        "header": {"type": "api_key", "name": "X-Key", "api_key": "k1", "location": "header"},
        "plain": {"type": "api_key", "api_key": "k2"},
        "query": {"type": "api_key", "name": "key", "api_key": "k3", "location": "query"},
        "param": {"type": "api_key", "name": "key", "api_key": "k4", "location": "param"},
    }
    resources = [{"name": n, "endpoint": {"path": n, "auth": a, "params": {"a": 1}}} for n, a in forms.items()]
    return load(dlt, answer, {"resources": resources})
