"""Paginators of one's own, from each base class."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import (
    BaseNextUrlPaginator,
    BasePaginator,
    BaseReferencePaginator,
    JSONLinkPaginator,
    RangePaginator,
)
from server import url


class Counted(BasePaginator):
    def __init__(self):
        super().__init__()
        self.number = 1

    def init_request(self, request):
        self.update_request(request)

    def update_state(self, response, data=None):
        self.number += 1
        self._has_next_page = len(data) == 3

    def update_request(self, request):
        request.params = {**(request.params or {}), "page": self.number}


class Reference(BaseReferencePaginator):
    def update_state(self, response, data=None):
        self._next_reference = response.json()["cursors"]["next"]

    def update_request(self, request):
        request.params = {"cursor": self._next_reference}


class NextUrl(BaseNextUrlPaginator):
    def update_state(self, response, data=None):
        self._next_reference = response.json()["next"]


class TwoOnly(JSONLinkPaginator):
    def update_state(self, response, data=None):
        super().update_state(response, data)
        if data[0]["id"] > 3:
            self._next_reference = None


def run(dlt, work_dir):
    client = RESTClient(url())

    def ids(path, paginator):
        return [[item["id"] for item in page] for page in client.paginate(path, paginator=paginator)]

    return {
        "base": ids("pages", Counted()),
        "reference": ids("cursor", Reference()),
        "url": ids("link/relative", NextUrl()),
        "subclass": ids("link", TwoOnly()),
        "range": ids("pages", RangePaginator("page", 1, 1, base_index=1, total_path="total")),
    }
