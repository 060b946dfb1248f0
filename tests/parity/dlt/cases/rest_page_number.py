"""Numbered pages with every way to end them."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator as Pages
from server import url


def run(dlt, work_dir):
    client = RESTClient(url())

    def ids(paginator, path="pages", **arguments):
        return [[item["id"] for item in page] for page in client.paginate(path, paginator=paginator, **arguments)]

    pipeline = dlt.pipeline("rest_pages", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(client.paginate("pages", paginator=Pages(base_page=1, total_path="total_pages")), table_name="items")
    return {
        "total": ids(Pages(base_page=1)),
        "zero": ids(Pages(), path="pages/0"),
        "from": ids(Pages(base_page=1, page=2)),
        "maximum": ids(Pages(base_page=1, total_path=None, maximum_page=3)),
        "empty": ids(Pages(base_page=1, total_path=None)),
        "has_more": ids(Pages(base_page=1, total_path=None, has_more_path="has_more")),
        "body": ids(Pages(base_page=1, page_body_path="page.number"), method="POST", json={"q": 1}),
    }
