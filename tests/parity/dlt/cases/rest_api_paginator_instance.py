"""A paginator that was made by hand, one for each level."""

from __future__ import annotations

from api import load, rows


def answer(request):
    return rows(request.number("offset", 0), 2, 4)


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client.paginators import OffsetPaginator, SinglePagePaginator

    config = {
        "client": {"paginator": OffsetPaginator(limit=2, total_path=None)},
        "resources": ["of_client", {"name": "of_endpoint", "endpoint": {"paginator": SinglePagePaginator()}}],
    }
    return load(dlt, answer, config)
