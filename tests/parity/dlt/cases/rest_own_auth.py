"""Auths of one's own: a subclass of dlt's, one of requests', a pair."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import AuthConfigBase
from requests.auth import AuthBase
from server import TOKEN, url


class Doubled(AuthConfigBase):
    def __init__(self, half):
        self.half = half

    def __call__(self, request):
        request.headers["X-Api-Key"] = self.half + self.half[::-1][:0]
        return request


class Plain(AuthBase):
    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {TOKEN}"
        return request


def run(dlt, work_dir):
    return {
        "subclass": [len(page) for page in RESTClient(url(), auth=Doubled(TOKEN)).paginate("auth/header")],
        "requests": [len(page) for page in RESTClient(url(), auth=Plain()).paginate("auth/bearer")],
        "pair": [len(page) for page in RESTClient(url()).paginate("auth/basic", auth=("ann", TOKEN))],
    }
