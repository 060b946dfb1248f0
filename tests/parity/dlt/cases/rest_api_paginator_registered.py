"""A paginator of the user's own, by name."""

from __future__ import annotations

from api import load, rows


def answer(request):
    page = request.number("page", 1)
    return {"following": f"{request.base}/rows?page={page + 1}" if page < 3 else None, "data": rows(page, 1, 100)}


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator
    from dlt.sources.rest_api.config_setup import register_paginator

    class Following(JSONLinkPaginator):
        def __init__(self, next_url_path="following"):
            super().__init__(next_url_path)

    register_paginator("following", Following)
    refused = []
    for wrong in (dict, type("Other", (), {})):
        try:
            register_paginator("wrong", wrong)
        except ValueError:
            refused.append(wrong.__name__)
    named = {"name": "named", "endpoint": {"path": "rows", "paginator": "following"}}
    typed = {"name": "typed", "endpoint": {"path": "rows", "paginator": {"type": "following"}}}
    return [refused, load(dlt, answer, {"resources": [named, typed]})]
