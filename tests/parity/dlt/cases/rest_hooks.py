"""Hooks see each answer; one may end the pages, and one takes the place of the check for errors."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException
from server import url


def run(dlt, work_dir):
    seen = []

    def see(response, *args, **kwargs):
        seen.append(response.status_code)

    def stop(response, *args, **kwargs):
        if response.status_code == 404:
            raise IgnoreResponseException

    client = RESTClient(url())
    pages = [len(page) for page in client.paginate("link", hooks={"response": [see]})]
    ignored = list(client.paginate("status/404", hooks={"response": stop}))
    error = [list(page) for page in client.paginate("status/404", hooks={"response": see})]
    return {"pages": pages, "seen": seen, "ignored": ignored, "error": error}
