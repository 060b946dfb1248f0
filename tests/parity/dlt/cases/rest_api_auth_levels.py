"""The endpoint's authentication stands over the client's; None stands for none."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"token": request.headers.get("Authorization")}]


def run(dlt, tmp):
    config = {
        "client": {"auth": {"token": "of_client"}},
        "resources": [
            "of_client",
            {"name": "of_endpoint", "endpoint": {"auth": {"token": "of_endpoint"}}},
            {"name": "none", "endpoint": {"auth": None}},
        ],
    }
    return load(dlt, answer, config)
