"""A paginator of the user's own."""

from __future__ import annotations

from api import load, rows


def answer(request):
    page = request.number("n", 0)
    return {"items": rows(page * 2, 2, 100), "again": page < 2}


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client.paginators import BasePaginator

    class Again(BasePaginator):
        def __init__(self):
            super().__init__()
            self.page = 0

        def update_state(self, response, data=None):
            self._has_next_page = response.json()["again"]
            self.page += 1

        def update_request(self, request):
            request.params = {**(request.params or {}), "n": self.page}

    endpoint = {"path": "rows", "params": {"kind": "x"}, "paginator": Again(), "data_selector": "items"}
    return load(dlt, answer, {"resources": [{"name": "rows", "endpoint": endpoint}]})
