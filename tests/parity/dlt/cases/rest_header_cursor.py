"""A cursor in a header."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import HeaderCursorPaginator
from server import url


def run(dlt, work_dir):
    pages = RESTClient(url()).paginate("header_cursor", paginator=HeaderCursorPaginator("X-Next", "after"))
    return [[item["id"] for item in page] for page in pages]
