"""The endpoint's paginator stands over that of the defaults, and that over the client's."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return {"total": 4, "items": rows(request.number("offset", 0), 2, 4)}


def run(dlt, tmp):
    config = {
        "client": {"paginator": "single_page"},
        "resource_defaults": {"endpoint": {"paginator": {"type": "offset", "limit": 2}}},
        "resources": ["of_defaults", {"name": "of_endpoint", "endpoint": {"paginator": "single_page"}}],
    }
    return load(dlt, answer, config)
