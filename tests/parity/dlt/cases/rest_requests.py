"""Single requests: below the base, to a whole URL, with parameters, headers and bodies."""

from dlt.sources.helpers.rest_client import RESTClient
from server import url


def run(dlt, work_dir):
    client = RESTClient(url("echo"), headers={"Accept": "application/json"})
    return {
        "get": client.get("a", params={"x": "1"}).json(),
        "slash": client.get("/a/").json(),
        "base": client.request().json(),
        "whole": client.get(url("echo/whole")).json(),
        "post": client.post("b", json={"y": 2}).json(),
        "other": client.request("b", method="POST", json={"y": 3}, params={"z": 4}).json(),
        "error": client.get(url("status/404")).status_code,
    }
