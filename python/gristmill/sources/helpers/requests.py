"""`requests` that waits, tries again, and raises for a bad status: `from gristmill.sources.helpers import requests`."""

from __future__ import annotations

import datetime as dt
import email.utils
import importlib
import threading
import time
from typing import TYPE_CHECKING, Any, Self, cast

from gristmill.exceptions import MissingDependencyException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

try:
    _requests: Any = importlib.import_module("requests")
except ImportError:
    raise MissingDependencyException("`dlt.sources.helpers.requests`", ["requests"]) from None

Request: Any = _requests.Request
Response: Any = _requests.Response
ConnectionError: Any = _requests.exceptions.ConnectionError  # noqa: A001
ConnectTimeout: Any = _requests.exceptions.ConnectTimeout
ChunkedEncodingError: Any = _requests.exceptions.ChunkedEncodingError
HTTPError: Any = _requests.exceptions.HTTPError
ReadTimeout: Any = _requests.exceptions.ReadTimeout
RequestException: Any = _requests.exceptions.RequestException
Timeout: Any = _requests.exceptions.Timeout
TooManyRedirects: Any = _requests.exceptions.TooManyRedirects
URLRequired: Any = _requests.exceptions.URLRequired

RETRIED_STATUSES = (429, *range(500, 600))
RETRIED_EXCEPTIONS = (ConnectionError, Timeout, ChunkedEncodingError)


class Session(_requests.Session):
    """A session whose requests end in time, and raise for a status that is an error."""

    def __init__(self, timeout: Any = 60, max_connections: int = 50, raise_for_status: bool = True) -> None:
        super().__init__()
        self.timeout = timeout.total_seconds() if isinstance(timeout, dt.timedelta) else timeout
        self.raise_for_status = raise_for_status
        adapter = _requests.adapters.HTTPAdapter(pool_maxsize=max_connections)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def request(self, *args: Any, **kwargs: Any) -> Any:
        """As in `requests`, with a timeout of its own."""
        kwargs.setdefault("timeout", self.timeout)
        return super().request(*args, **kwargs)

    def send(self, request: Any, **kwargs: Any) -> Any:
        """As in `requests`, and raises for a bad status."""
        response = super().send(request, **kwargs)
        if self.raise_for_status:
            response.raise_for_status()
        return response


class Client:
    """Makes requests, each again after a pause when the server or the line fails for the moment."""

    def __init__(
        self,
        request_timeout: Any = 60,
        max_connections: int = 50,
        raise_for_status: bool = True,
        status_codes: Sequence[int] = RETRIED_STATUSES,
        exceptions: Sequence[type[Exception]] = RETRIED_EXCEPTIONS,
        request_max_attempts: int = 5,
        retry_condition: Any = None,
        request_backoff_factor: float = 1,
        request_max_retry_delay: float | dt.timedelta = 300,
        respect_retry_after_header: bool = True,
        session_attrs: dict[str, Any] | None = None,
    ) -> None:
        self._session_settings = (request_timeout, max_connections, raise_for_status)
        self._session_attrs = session_attrs or {}
        self._statuses = frozenset(status_codes)
        self._exceptions = tuple(exceptions)
        self._attempts = max(request_max_attempts, 1)
        conditions: Iterable[Any] = retry_condition if isinstance(retry_condition, list | tuple) else [retry_condition]
        self._conditions: list[Callable[[Any, BaseException | None], bool]] = [c for c in conditions if c is not None]
        self._backoff = request_backoff_factor
        longest = request_max_retry_delay
        self._longest = longest.total_seconds() if isinstance(longest, dt.timedelta) else longest
        self._heeds_server = respect_retry_after_header
        self._threads = threading.local()

    @property
    def session(self) -> Session:
        """The session of this thread."""
        found = getattr(self._threads, "session", None)
        if found is None:
            found = self._threads.session = Session(*self._session_settings)
            for name, value in self._session_attrs.items():
                setattr(found, name, value)
        return cast("Session", found)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        """One answer; the last error when no attempt succeeds."""
        attempt = 0
        while True:
            attempt += 1
            response, failed = None, None
            try:
                response = self.session.request(method, url, **kwargs)
            except RequestException as error:
                response, failed = error.response, error
            if attempt < self._attempts and self._again(response, failed):
                time.sleep(self._pause(attempt, response))
                continue
            if failed is not None:
                raise failed
            return response

    def _again(self, response: Any, failed: BaseException | None) -> bool:
        passing = isinstance(failed, self._exceptions) or (
            response is not None and response.status_code in self._statuses
        )
        return passing or any(condition(response, failed) for condition in self._conditions)

    def _pause(self, attempt: int, response: Any) -> float:
        asked = None if response is None or not self._heeds_server else _seconds(response.headers.get("Retry-After"))
        return min(self._backoff * 2 ** (attempt - 1) if asked is None else asked, self._longest)

    def get(self, url: str, **kwargs: Any) -> Any:
        """GET."""
        return self.request("GET", url, **kwargs)

    def post(self, url: str, data: Any = None, json: Any = None, **kwargs: Any) -> Any:
        """POST."""
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url: str, data: Any = None, **kwargs: Any) -> Any:
        """PUT."""
        return self.request("PUT", url, data=data, **kwargs)

    def patch(self, url: str, data: Any = None, **kwargs: Any) -> Any:
        """PATCH."""
        return self.request("PATCH", url, data=data, **kwargs)

    def delete(self, url: str, **kwargs: Any) -> Any:
        """DELETE."""
        return self.request("DELETE", url, **kwargs)

    def options(self, url: str, **kwargs: Any) -> Any:
        """OPTIONS."""
        return self.request("OPTIONS", url, **kwargs)

    def head(self, url: str, **kwargs: Any) -> Any:
        """HEAD; redirects are not followed, as in `requests`."""
        kwargs.setdefault("allow_redirects", False)
        return self.request("HEAD", url, **kwargs)


def _seconds(retry_after: str | None) -> float | None:
    """What `Retry-After` asks for: seconds, or a moment.

    >>> _seconds("120")
    120.0
    """
    if retry_after is None:
        return None
    try:
        return max(float(retry_after), 0.0)
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max((moment - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)


client = Client()
get, post, put, patch = client.get, client.post, client.put, client.patch
delete, options, head, request = client.delete, client.options, client.head, client.request
