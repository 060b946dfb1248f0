"""What a client of an API may raise besides the errors of `requests`."""

from __future__ import annotations

from gristmill.exceptions import DltException
from gristmill.sources.helpers.requests.wire import ResponseTooLarge


class RESTClientException(DltException):
    """The root of them."""

    kind = "rest-client"


class IgnoreResponseException(RESTClientException):
    """Raised by a hook: the answer is not wanted, and pagination ends without an error."""


class PaginatorSetupError(RESTClientException, ValueError):
    """A paginator was asked for in a way that makes none."""


class PaginatorNotFound(RESTClientException):
    """No paginator fits the answer."""


class PageError(RESTClientException):
    """A page that came is not what pages of this API are.

    `url` is redacted; `page` counts from 1; `status` is that of the answer.
    """

    kind = "page"

    def __init__(self, reason: str, url: str, page: int, status: int | None = None, *, hint: str | None = None) -> None:
        self.url = url
        self.page = page
        self.status = status
        answered = "" if status is None else f", status {status}"
        super().__init__(f"{reason}\n  --> {url} (page {page}{answered})", hint=hint)


class ResponseNotJson(PageError, ValueError):
    """The body is no JSON: an HTML page, nothing at all, or a text that breaks off."""

    kind = "response-not-json"


class DataNotFound(PageError, ValueError):
    """The body is JSON without anything at the data path."""

    kind = "data-not-found"


class PaginationLoop(PageError):
    """The next page is one that was there already: it would never end."""

    kind = "pagination-loop"


__all__ = [
    "DataNotFound",
    "IgnoreResponseException",
    "PageError",
    "PaginationLoop",
    "PaginatorNotFound",
    "PaginatorSetupError",
    "RESTClientException",
    "ResponseNotJson",
    "ResponseTooLarge",
]
