"""`from dlt.sources.helpers import requests`: the `requests` package, which tries again what a server may answer later.

A request is repeated when the server says 429 or 5xx, is not reached or goes silent: five times at most, waiting twice as
long each time, or as long as its `Retry-After` says. An answer that still is an error is raised. `runtime.request_*` in the
configuration (`timeout`, `max_attempts`, `backoff_factor`, `max_retry_delay`) sets what a client was not told.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from gristmill import context
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import MissingDependencyException

try:
    import requests
    from requests.adapters import HTTPAdapter
except ImportError:
    _FEATURE = "`dlt.sources.helpers.requests`"
    raise MissingDependencyException(_FEATURE, ["requests"]) from None

Request = requests.Request
Response = requests.Response
RequestException = requests.RequestException
HTTPError = requests.HTTPError
ConnectionError = requests.ConnectionError  # noqa: A001
ConnectTimeout = requests.ConnectTimeout
ReadTimeout = requests.ReadTimeout
Timeout = requests.Timeout
TooManyRedirects = requests.TooManyRedirects
URLRequired = requests.URLRequired
ChunkedEncodingError = requests.exceptions.ChunkedEncodingError

Condition = Callable[[Any, BaseException | None], bool]

DEFAULT_RETRY_STATUS = (429, *range(500, 600))
DEFAULT_RETRY_EXCEPTIONS = (ConnectionError, Timeout, ChunkedEncodingError)
_DEFAULTS: dict[str, float] = {
    "request_timeout": 60.0,
    "request_max_attempts": 5,
    "request_backoff_factor": 1.0,
    "request_max_retry_delay": 300.0,
}


class Session(requests.Session):
    """A session with a timeout, which raises what is an error; with `retry` set, it tries again."""

    def __init__(self, timeout: Any = 60.0, raise_for_status: bool = True) -> None:
        super().__init__()
        self.timeout = _seconds(timeout)
        self.raise_for_status = raise_for_status
        self.retry: Retry | None = None

    def request(self, *args: Any, **kwargs: Any) -> Response:
        """Send a request and wait for the answer."""
        kwargs.setdefault("timeout", self.timeout)
        response = super().request(*args, **kwargs)
        if self.raise_for_status:
            response.raise_for_status()
        return response

    def send(self, request: Any, **kwargs: Any) -> Response:
        """Send what was prepared, as often as it takes."""

        def once() -> Response:
            return super(Session, self).send(request, **kwargs)

        return once() if self.retry is None else self.retry.run(once)


class Retry:
    """When a request is sent again, how often, and after how long."""

    def __init__(
        self,
        status_codes: Sequence[int],
        exceptions: Sequence[type[BaseException]],
        conditions: Sequence[Condition],
        max_attempts: int,
        backoff_factor: float,
        max_delay: float,
        *,
        respect_retry_after: bool = True,
    ) -> None:
        self._status_codes = frozenset(status_codes)
        self._exceptions = tuple(exceptions)
        self._conditions = conditions
        self._max_attempts = max_attempts
        self._backoff_factor = backoff_factor
        self._max_delay = max_delay
        self._respect_retry_after = respect_retry_after

    def run(self, send: Callable[[], Response]) -> Response:
        """The first answer that is good enough, or the last one."""
        attempt = 0
        while True:
            attempt += 1
            response: Response | None = None
            try:
                response = send()
            except Exception as error:
                if attempt >= self._max_attempts or not self._is_worth_it(None, error):
                    raise
            else:
                if attempt >= self._max_attempts or not self._is_worth_it(response, None):
                    return response
                response.close()
            time.sleep(self._delay(attempt, response))

    def _is_worth_it(self, response: Response | None, error: BaseException | None) -> bool:
        known = (
            isinstance(error, self._exceptions)
            if error
            else cast("Response", response).status_code in self._status_codes
        )
        return known or any(condition(response, error) for condition in self._conditions)

    def _delay(self, attempt: int, response: Response | None) -> float:
        asked = response.headers.get("Retry-After") if self._respect_retry_after and response is not None else None
        delay = _retry_after(asked) if asked else None
        return min(self._backoff_factor * 2 ** (attempt - 1) if delay is None else delay, self._max_delay)


def _retry_after(text: str) -> float | None:
    if text.strip().isdigit():
        return float(text)
    try:
        seconds = (email.utils.parsedate_to_datetime(text) - dt.datetime.now(dt.UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return seconds if seconds > 0 else None


def _seconds(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_seconds(part) for part in cast("tuple[Any, ...]", value))
    return value.total_seconds() if isinstance(value, dt.timedelta) else value


def _setting(name: str, given: Any, kind: type) -> Any:
    if given is not None:
        return _seconds(given)
    with context.in_sections(context.Sections(context.active_pipeline_name(), ("runtime",))):
        found = lookup(name).value
    return kind(_DEFAULTS[name]) if found is None else coerced(name, found, kind)


class Client:
    """Requests that are tried again; each thread has a session of its own."""

    def __init__(
        self,
        request_timeout: Any = None,
        max_connections: int = 50,
        raise_for_status: bool = True,
        status_codes: Sequence[int] = DEFAULT_RETRY_STATUS,
        exceptions: Sequence[type[BaseException]] = DEFAULT_RETRY_EXCEPTIONS,
        request_max_attempts: int | None = None,
        retry_condition: Condition | Sequence[Condition] | None = None,
        request_backoff_factor: float | None = None,
        request_max_retry_delay: Any = None,
        respect_retry_after_header: bool = True,
        session_attrs: dict[str, Any] | None = None,
    ) -> None:
        self._adapter = HTTPAdapter(pool_maxsize=max_connections)
        self._local = threading.local()
        self._session_attrs = session_attrs or {}

        def make() -> Session:
            session = Session(_setting("request_timeout", request_timeout, float), raise_for_status)
            conditions = [retry_condition] if callable(retry_condition) else list(retry_condition or ())
            session.retry = Retry(
                status_codes,
                exceptions,
                conditions,
                _setting("request_max_attempts", request_max_attempts, int),
                _setting("request_backoff_factor", request_backoff_factor, float),
                _setting("request_max_retry_delay", request_max_retry_delay, float),
                respect_retry_after=respect_retry_after_header,
            )
            return session

        self._make = make

    @property
    def session(self) -> Session:
        """The session of the running thread."""
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._make()
            for name, value in self._session_attrs.items():
                setattr(session, name, value)
            session.mount("http://", self._adapter)
            session.mount("https://", self._adapter)
        return session

    def request(self, *args: Any, **kwargs: Any) -> Response:
        """Send a request."""
        return self.session.request(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Response:
        """Read."""
        return self.session.get(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> Response:
        """Send something new."""
        return self.session.post(*args, **kwargs)

    def put(self, *args: Any, **kwargs: Any) -> Response:
        """Replace."""
        return self.session.put(*args, **kwargs)

    def patch(self, *args: Any, **kwargs: Any) -> Response:
        """Change."""
        return self.session.patch(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Response:
        """Remove."""
        return self.session.delete(*args, **kwargs)

    def head(self, *args: Any, **kwargs: Any) -> Response:
        """Read the headers."""
        return self.session.head(*args, **kwargs)

    def options(self, *args: Any, **kwargs: Any) -> Response:
        """Ask what is possible."""
        return self.session.options(*args, **kwargs)


client = Client()
get, post, put, patch, delete = client.get, client.post, client.put, client.patch, client.delete
head, options, request = client.head, client.options, client.request
