"""`sources.helpers.requests`: a drop-in for requests, in a resource."""

from dlt.sources.helpers import requests
from dlt.sources.helpers.requests import Client, Session
from dlt.sources.helpers.requests.retry import Client as RetryClient
from server import url


def run(dlt, work_dir):
    @dlt.resource(name="items")
    def items():
        yield requests.get(url("wrapped")).json()["items"]

    pipeline = dlt.pipeline("rest_helper", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(items())
    try:
        requests.get(url("status/404"))
        raised = None
    except requests.HTTPError as error:
        raised = error.response.status_code
    client = Client(
        raise_for_status=False, request_max_attempts=2, request_backoff_factor=0, session_attrs={"headers": {"X": "1"}}
    )
    session = Session(timeout=5, raise_for_status=False)
    return {
        "raised": raised,
        "posted": requests.post(url("echo"), json={"a": 1}).json()["body"],
        "quiet": client.get(url("status/500")).status_code,
        "header": client.session.headers["X"],
        "session": [session.get(url("status/404")).status_code, session.timeout],
        "same": RetryClient is Client,
    }
