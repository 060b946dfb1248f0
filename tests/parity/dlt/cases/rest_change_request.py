"""A page's request may be changed, and the next page is asked for with the change."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from server import url


def run(dlt, work_dir):
    found = []
    for page in RESTClient(url()).paginate("offset", paginator=OffsetPaginator(1)):
        found.append([item["id"] for item in page])
        if page.request.params["offset"] == 2:
            page.request.params["limit"] = 4
    return found
