"""A session with a timeout, which raises what is an error and keeps credentials at home."""

from __future__ import annotations

import codecs
import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, cast

import requests

from gristmill.sources.helpers.requests.origin import origin_of, without_credentials
from gristmill.sources.helpers.requests.redaction import raise_for_status, raise_redacted

if TYPE_CHECKING:
    from gristmill.sources.helpers.requests.retry import Retry
    from gristmill.sources.helpers.requests.typing import TRequestTimeout

_log = logging.getLogger("gristmill")
DEFAULT_TIMEOUT = 60.0


class Session(requests.Session):
    """Mirrors dlt's `requests.Session`: `timeout` for each request in seconds, and `raise_for_status()` on each answer.

    On a redirect to another origin, what may be a credential stays behind.
    """

    def __init__(self, timeout: TRequestTimeout | None = DEFAULT_TIMEOUT, raise_for_status: bool = True) -> None:
        super().__init__()
        self.timeout = seconds(timeout)
        self.raise_for_status = raise_for_status
        self.retry: Retry | None = None
        self.headers["User-Agent"] = "gristmill"

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request and wait for the answer."""
        kwargs.setdefault("timeout", self.timeout)
        response = super().request(*args, **kwargs)
        if self.raise_for_status:
            raise_for_status(response)
        return response

    def send(self, request: Any, **kwargs: Any) -> requests.Response:
        """Send what was prepared, as often as it takes."""
        kwargs.setdefault("timeout", self.timeout)

        def once() -> requests.Response:
            response = super(Session, self).send(request, **kwargs)
            if not kwargs.get("stream"):
                note_byte_order_mark(response)
            return response

        try:
            return once() if self.retry is None else self.retry.run(once)
        except requests.RequestException as error:
            raise_redacted(error)
        except ValueError as error:
            # What `urllib.parse` says of an address that a redirect leads to.
            message = f"a redirect leads to an address that is none ({error})"
            raise_redacted(requests.exceptions.InvalidURL(message, request=request))

    def rebuild_auth(self, prepared_request: Any, response: Any) -> None:
        """Called before a redirect is followed."""
        before, after = origin_of(response.request.url), origin_of(prepared_request.url)
        if before != after:
            _log.warning("a redirect leads from %s to %s: credentials are not sent there", before, after)
            without_credentials(prepared_request)
            return
        super().rebuild_auth(prepared_request, response)


def note_byte_order_mark(response: requests.Response) -> None:
    """Let the text and the JSON of an answer begin behind its byte order mark, which Windows servers like to send."""
    if response.content.startswith(codecs.BOM_UTF8):
        response.encoding = "utf-8-sig"


def seconds(value: Any) -> Any:
    """A time, or a pair of times, in seconds."""
    if isinstance(value, tuple):
        return tuple(seconds(part) for part in cast("tuple[Any, ...]", value))
    return value.total_seconds() if isinstance(value, dt.timedelta) else value
