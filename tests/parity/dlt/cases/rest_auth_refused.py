"""Who is not let in is told by an error of requests."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from server import url


def run(dlt, work_dir):
    from requests import HTTPError

    try:
        list(RESTClient(url(), auth=BearerTokenAuth(token="wrong")).paginate("auth/bearer"))
    except HTTPError as error:
        return {"type": type(error).__name__, "status": error.response.status_code, "says": "wrong" in str(error)}
