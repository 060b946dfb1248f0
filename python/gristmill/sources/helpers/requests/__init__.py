"""`from dlt.sources.helpers import requests`: the `requests` package, which tries again what a server may answer later.

A request is repeated when the server says 429 or 5xx, is not reached, goes silent or breaks off: five times at most,
waiting twice as long each time, or as long as its `Retry-After` says. An answer that still is an error is raised.
`runtime.request_*` in the configuration sets what a client was not told (`gristmill.configuration.runtime` lists all).
Credentials never follow a redirect to another scheme, host or port, and an answer has a largest size.
"""

from __future__ import annotations

from gristmill.exceptions import MissingDependencyException

try:
    import requests
except ImportError:
    _FEATURE = "`dlt.sources.helpers.requests`"
    raise MissingDependencyException(_FEATURE, ["requests"]) from None

from gristmill.sources.helpers.requests.retry import Client, RetryError
from gristmill.sources.helpers.requests.session import Session

Request = requests.Request
Response = requests.Response
RequestException = requests.RequestException
HTTPError = requests.HTTPError
ConnectionError = requests.ConnectionError  # noqa: A001
ConnectTimeout = requests.ConnectTimeout
FileModeWarning = requests.exceptions.FileModeWarning
ReadTimeout = requests.ReadTimeout
Timeout = requests.Timeout
TooManyRedirects = requests.TooManyRedirects
URLRequired = requests.URLRequired
ChunkedEncodingError = requests.exceptions.ChunkedEncodingError

client = Client()
get, post, put, patch, delete = client.get, client.post, client.put, client.patch, client.delete
head, options, request = client.head, client.options, client.request


def init(config: object) -> None:
    """Let the default client follow a `RuntimeConfiguration`."""
    client.update_from_config(config)


__all__ = [
    "ChunkedEncodingError",
    "Client",
    "ConnectTimeout",
    "ConnectionError",
    "FileModeWarning",
    "HTTPError",
    "ReadTimeout",
    "Request",
    "RequestException",
    "Response",
    "RetryError",
    "Session",
    "Timeout",
    "TooManyRedirects",
    "URLRequired",
    "client",
    "delete",
    "get",
    "head",
    "init",
    "options",
    "patch",
    "post",
    "put",
    "request",
]
