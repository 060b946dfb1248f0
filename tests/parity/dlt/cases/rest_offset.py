"""Offsets with every way to end them; what says whether there is more may be a text."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator as Offset
from server import url


def run(dlt, work_dir):
    client = RESTClient(url())

    def ids(paginator, **arguments):
        return [[item["id"] for item in page] for page in client.paginate("offset", paginator=paginator, **arguments)]

    pipeline = dlt.pipeline("rest_offset", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(client.paginate("offset", paginator=Offset(limit=2)), table_name="items")
    return {
        "total": ids(Offset(limit=3)),
        "from": ids(Offset(limit=3, offset=4)),
        "maximum": ids(Offset(limit=2, maximum_offset=4, total_path=None)),
        "empty": ids(Offset(limit=5, total_path=None)),
        "has_more": ids(Offset(limit=3, total_path=None, has_more_path="has_more")),
        "body": ids(
            Offset(limit=3, offset_body_path="page.offset", limit_body_path="page.limit"), method="POST", json={"q": 1}
        ),
    }
