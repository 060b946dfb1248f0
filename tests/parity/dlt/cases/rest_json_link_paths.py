"""A relative link, one below other keys, and the old name of the paginator."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator, JSONResponsePaginator
from server import url


def run(dlt, work_dir):
    client = RESTClient(url())
    relative = client.paginate("link/relative", paginator=JSONLinkPaginator())
    nested = client.paginate("link/nested", paginator=JSONLinkPaginator("paging.next.href"), data_selector="results")
    old = client.paginate("link", paginator=JSONResponsePaginator(next_url_path="next"))
    return {
        "relative": [[item["id"] for item in page] for page in relative],
        "nested": [[item["id"] for item in page] for page in nested],
        "old": [[item["id"] for item in page] for page in old],
    }
