"""A session of the user's own."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"agent": request.headers.get("User-Agent"), "x": request.headers.get("X-Session")}]


def run(dlt, tmp):
    from dlt.sources.helpers import requests

    session = requests.Client(raise_for_status=False).session
    session.headers.update({"User-Agent": "mine", "X-Session": "yes"})
    return load(dlt, answer, {"client": {"session": session}, "resources": ["rows"]})
