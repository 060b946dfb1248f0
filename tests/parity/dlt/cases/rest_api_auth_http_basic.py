"""User and password."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"login": request.headers.get("Authorization")}]


def run(dlt, tmp):
    auth = {"type": "http_basic", "username": "ann", "password": "p:w"}
    return load(dlt, answer, {"client": {"auth": auth}, "resources": ["rows"]})
