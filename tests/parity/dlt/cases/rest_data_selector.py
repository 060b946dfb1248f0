"""Where the records are: a key, a path, each of a list, one of them, all of the answer."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import SinglePagePaginator
from server import url


def run(dlt, work_dir):
    client = RESTClient(url(), paginator=SinglePagePaginator())
    selectors = [
        "items",
        "$.items",
        "items[*]",
        "items[*].owner.name",
        "items[0]",
        "items[1:3]",
        "$",
        "took",
        "items[*].tags",
        "items[2,0]",
        "$..id",
        "$..owner.*",
    ]
    return {s: [list(page) for page in client.paginate("wrapped", data_selector=s)] for s in selectors}
