"""What an authentication lacks is looked for in the configuration."""

from __future__ import annotations

import os

from api import load


def answer(request):
    return [{"token": request.headers.get("Authorization"), "key": request.headers.get("X-Key")}]


def run(dlt, tmp):
    os.environ["SOURCES__REST_API__CREDENTIALS__TOKEN"] = "from_env"
    os.environ["SOURCES__REST_API__CREDENTIALS__API_KEY"] = "key_from_env"
    resources = [
        {"name": "named", "endpoint": {"path": "a", "auth": "bearer"}},
        {"name": "typed", "endpoint": {"path": "b", "auth": {"type": "api_key", "name": "X-Key"}}},
        {"name": "given", "endpoint": {"path": "c", "auth": {"token": "given"}}},
    ]
    return load(dlt, answer, {"resources": resources})
