"""Parameters of all kinds, some of them in the path."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"ok": True}]


def run(dlt, tmp):
    params = {
        "org": "acme",
        "number": 7,
        "half": 0.5,
        "flag": True,
        "nothing": None,
        "empty": "",
        "list": ["a", "b"],
        "text": "a b&c=d/ä",
        "raw": "{{x}}",
    }
    endpoint = {"path": "orgs/{org}/rows/{number}/x", "params": params}
    return load(dlt, answer, {"resources": [{"name": "rows", "endpoint": endpoint}]})
