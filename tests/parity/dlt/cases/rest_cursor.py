"""A cursor in the body goes back as a parameter or in the body; `has_more` and an empty page may end it."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator as Cursor
from server import url


def run(dlt, work_dir):
    client = RESTClient(url())

    def ids(paginator, **arguments):
        return [[item["id"] for item in page] for page in client.paginate("cursor", paginator=paginator, **arguments)]

    pipeline = dlt.pipeline("rest_cursor", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(client.paginate("cursor", paginator=Cursor()), table_name="items")
    return {
        "param": ids(Cursor("cursors.next", "cursor")),
        "body": ids(Cursor("cursors.next", cursor_body_path="page.cursor"), method="POST", json={"q": 1}),
        "has_more": ids(Cursor("cursors.next", has_more_path="has_more")),
        "empty": ids(Cursor("cursors.next", stop_after_empty_page=True)),
        "detected": [len(page) for page in client.paginate("cursor")],
    }
