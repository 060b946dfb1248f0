"""Pages linked by a header: detected, named, and with a relation of another name."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import HeaderLinkPaginator
from server import url


def run(dlt, work_dir):
    pipeline = dlt.pipeline("rest_header", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    client = RESTClient(url(), paginator=HeaderLinkPaginator())
    pipeline.run(client.paginate("header_link"), table_name="items")
    return {
        "detected": [len(page) for page in RESTClient(url()).paginate("header_link")],
        "none": [len(page) for page in client.paginate("header_link", paginator=HeaderLinkPaginator("last"))],
    }
