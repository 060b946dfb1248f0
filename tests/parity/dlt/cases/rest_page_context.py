"""A page knows its request, its answer, its paginator and its auth."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from server import TOKEN, url


def run(dlt, work_dir):
    client = RESTClient(url(), auth=BearerTokenAuth(token=TOKEN), headers={"X-One": "1"})
    found = []
    pages = client.paginate("offset", params={"kind": "all"}, paginator=OffsetPaginator(3), headers={"X-Two": "2"})
    for page in pages:  # Each is looked at before the next one comes.
        found.append(  # noqa: PERF401
            {
                "is list": isinstance(page, list),
                "next": dict(page.request.params),
                "method": page.request.method,
                "headers": dict(page.request.headers),
                "status": page.response.status_code,
                "url": page.response.url.split("?")[1],
                "keys": sorted(page.response.json()),
                "sent": page.response.request.headers["X-Two"],
                "paginator": type(page.paginator).__name__,
                "more": page.paginator.has_next_page,
                "auth": type(page.auth).__name__,
                "first": page[0]["id"],
                "joined": len(page.copy()) + len([*page]) + len(page[1:]),
                "equal": page == page.response.json()["items"],
            }
        )
    return found
