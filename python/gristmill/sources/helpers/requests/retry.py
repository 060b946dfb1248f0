"""When a request is sent again, how often, and after how long."""

from __future__ import annotations

import datetime as dt
import email.utils
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from gristmill.configuration.runtime import RuntimeConfiguration, runtime_configuration
from gristmill.sources.helpers.requests.session import Session, seconds
from gristmill.sources.helpers.requests.wire import BoundedAdapter

Condition = Callable[[Any, BaseException | None], bool]

DEFAULT_RETRY_STATUS = (429, *range(500, 600))
DEFAULT_RETRY_EXCEPTIONS: tuple[type[BaseException], ...] = (
    requests.ConnectionError,
    requests.Timeout,
    ChunkedEncodingError,
    ContentDecodingError,
)


# What OpenSSL says of a certificate that will be no better later.
_NOT_TRUSTED = "CERTIFICATE_VERIFY_FAILED"


class RetryError(Exception):
    """Raised by nothing here: the last answer or error comes out itself. dlt's users name it in `except` clauses."""


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
        self.max_attempts = max_attempts
        self._backoff_factor = backoff_factor
        self._max_delay = max_delay
        self._respect_retry_after = respect_retry_after

    def run(self, send: Callable[[], requests.Response]) -> requests.Response:
        """The first answer that is good enough, or the last one."""
        attempt = 0
        while True:
            attempt += 1
            response: requests.Response | None = None
            try:
                response = send()
            except Exception as error:
                if attempt >= self.max_attempts or not self._is_worth_it(None, error):
                    raise
            else:
                if attempt >= self.max_attempts or not self._is_worth_it(response, None):
                    return response
                response.close()
            time.sleep(self.delay(attempt, response))

    def _is_worth_it(self, response: requests.Response | None, error: BaseException | None) -> bool:
        if isinstance(error, requests.exceptions.SSLError) and _NOT_TRUSTED in str(error):
            return False
        known = (
            isinstance(error, self._exceptions)
            if error
            else cast("requests.Response", response).status_code in self._status_codes
        )
        return known or any(condition(response, error) for condition in self._conditions)

    def delay(self, attempt: int, response: requests.Response | None) -> float:
        """How long to wait after the attempt, counted from 1."""
        asked = response.headers.get("Retry-After") if self._respect_retry_after and response is not None else None
        delay = _retry_after(asked) if asked else None
        return min(self._backoff_factor * 2 ** (attempt - 1) if delay is None else delay, self._max_delay)


def _retry_after(text: str) -> float | None:
    if text.isascii() and text.strip().isdigit():
        return float(text)
    try:
        wait = (email.utils.parsedate_to_datetime(text) - dt.datetime.now(dt.UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return wait if wait > 0 else None


class Client:
    """Requests that are tried again; each thread has a session of its own. Mirrors dlt's `requests.Client`.

    What is left out comes from `[runtime]` in the configuration. Times are in seconds (or timedeltas).

    >>> from gristmill.sources.helpers import requests
    >>> client = requests.Client(request_timeout=10, request_max_attempts=3)
    >>> client.session.timeout
    10
    """

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
        self._max_connections = max_connections
        self._raise_for_status = raise_for_status
        self._given: dict[str, Any] = {
            "request_timeout": seconds(request_timeout),
            "request_max_attempts": request_max_attempts,
            "request_backoff_factor": request_backoff_factor,
            "request_max_retry_delay": seconds(request_max_retry_delay),
        }
        self._status_codes = status_codes
        self._exceptions = exceptions
        self._conditions = [retry_condition] if callable(retry_condition) else list(retry_condition or ())
        self._respect_retry_after = respect_retry_after_header
        self._session_attrs = session_attrs or {}
        self._adapter: BoundedAdapter | None = None
        self._config: RuntimeConfiguration | None = None
        self._version = 0
        self._local = threading.local()

    def update_from_config(self, config: Any) -> None:
        """Take the times and attempts of a `RuntimeConfiguration`; sessions are made anew."""
        self._config = config
        self._given = dict.fromkeys(self._given)
        self._adapter = None
        self._version += 1

    def configure(self, config: Any = None) -> None:
        """Take them from the configuration as it is now."""
        self.update_from_config(config or runtime_configuration())

    def _made(self) -> Session:
        config = self._config or runtime_configuration()
        setting = {name: getattr(config, name) if value is None else value for name, value in self._given.items()}
        session = Session(setting["request_timeout"], self._raise_for_status)
        session.retry = Retry(
            self._status_codes,
            self._exceptions,
            self._conditions,
            int(setting["request_max_attempts"]),
            float(setting["request_backoff_factor"]),
            float(seconds(setting["request_max_retry_delay"])),
            respect_retry_after=self._respect_retry_after,
        )
        if self._adapter is None:
            self._adapter = BoundedAdapter(
                max_body_bytes=int(config.request_max_body_bytes),
                total_timeout=float(config.request_total_timeout),
                pool_maxsize=self._max_connections,
            )
        for name, value in self._session_attrs.items():
            setattr(session, name, value)
        session.mount("http://", self._adapter)
        session.mount("https://", self._adapter)
        return session

    @property
    def session(self) -> Session:
        """The session of the running thread."""
        session = getattr(self._local, "session", None)
        if session is None or self._local.version != self._version:
            session = self._local.session = self._made()
            self._local.version = self._version
        return session

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request."""
        return self.session.request(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Read."""
        return self.session.get(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send something new."""
        return self.session.post(*args, **kwargs)

    def put(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Replace."""
        return self.session.put(*args, **kwargs)

    def patch(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Change."""
        return self.session.patch(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Remove."""
        return self.session.delete(*args, **kwargs)

    def head(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Read the headers."""
        return self.session.head(*args, **kwargs)

    def options(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Ask what is possible."""
        return self.session.options(*args, **kwargs)
