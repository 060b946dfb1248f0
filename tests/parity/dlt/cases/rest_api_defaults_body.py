"""Bodies are merged key by key; the defaults' path does not stand for the name."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"id": 1}]


def run(dlt, tmp):
    config = {
        "resource_defaults": {"endpoint": {"method": "POST", "json": {"a": 1, "b": {"x": 1}}, "path": "default"}},
        "resources": ["plain", {"name": "own", "endpoint": {"json": {"b": {"y": 2}, "c": 3}}}],
    }
    return load(dlt, answer, config, body=True)
