"""Totals that are missing or no numbers, and a `has_more` that is neither true nor false."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator, OffsetPaginator, PageNumberPaginator
from server import url


def run(dlt, work_dir):
    client = RESTClient(url())

    def raised(path, paginator, **arguments):
        try:
            return [len(page) for page in client.paginate(path, paginator=paginator, **arguments)]
        except Exception as error:
            return type(error).__name__

    return {
        "no total": raised("pages", PageNumberPaginator(total_path="missing")),
        "no number": raised("cursor", OffsetPaginator(3, total_path="cursors.next"), data_selector="data"),
        "no more": raised("pages", PageNumberPaginator(total_path=None, has_more_path="missing")),
        "what more": raised("cursor", JSONResponseCursorPaginator(has_more_path="cursors.next"), data_selector="data"),
    }
