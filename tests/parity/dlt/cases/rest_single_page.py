"""One page: a list, a list below a key, one thing alone, an empty list."""

from dlt.sources.helpers.rest_client import RESTClient, paginate
from dlt.sources.helpers.rest_client.paginators import SinglePagePaginator
from server import url


def run(dlt, work_dir):
    client = RESTClient(url(), paginator=SinglePagePaginator())
    pipeline = dlt.pipeline("rest_single", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(client.paginate("wrapped"), table_name="items")
    return {
        "list": [len(page) for page in client.paginate("single")],
        "wrapped": [len(page) for page in client.paginate("wrapped")],
        "entity": [list(page) for page in client.paginate("entity/2")],
        "empty": [list(page) for page in client.paginate("empty")],
        "function": [len(page) for page in paginate(url("link"))],
    }
