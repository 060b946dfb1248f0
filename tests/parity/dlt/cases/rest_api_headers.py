"""The client's headers and the endpoint's."""

from __future__ import annotations

from api import load


def answer(request):
    return [{name: request.headers.get(name) for name in ("X-A", "X-B", "X-C")}]


def run(dlt, tmp):
    config = {
        "client": {"headers": {"X-A": "client", "X-B": "client"}},
        "resources": ["plain", {"name": "own", "endpoint": {"headers": {"X-B": "own", "X-C": "own {{x}}"}}}],
    }
    return load(dlt, answer, config)
