"""A session that keeps the pace, waits when it is told to, and logs in again when a token has expired."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from gristmill.sources.amazon.clock import Clock, backoff
from gristmill.sources.helpers.requests.session import Session
from gristmill.sources.helpers.requests.wire import BoundedAdapter
from gristmill.sources.helpers.rest_client.records import is_cut_off

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    from gristmill.configuration.runtime import RuntimeConfiguration
    from gristmill.sources.amazon.login import Login
    from gristmill.sources.amazon.pace import Pace

_log = logging.getLogger("gristmill")
# A bucket that others share may stay empty for a while; failures of the server are counted by `request_max_attempts`.
THROTTLED_MAX = 9
_LONGEST_THROTTLE = 60.0
_BROKEN = (requests.ConnectionError, requests.Timeout, ChunkedEncodingError, ContentDecodingError)
_UNAUTHORIZED = (401, 403)
_THROTTLED, _SERVER_ERROR = 429, 500


class PacedSession(Session):
    """Sends as fast as the API allows. 429 brings no `Retry-After`, so its waits grow on their own."""

    def __init__(self, pace: Pace, login: Login, clock: Clock, config: RuntimeConfiguration) -> None:
        super().__init__(float(config.request_timeout), raise_for_status=False)
        self._pace = pace
        self._login = login
        self._clock = clock
        self._config = config
        adapter = BoundedAdapter(
            max_body_bytes=int(config.request_max_body_bytes),
            total_timeout=float(config.request_total_timeout),
            pool_maxsize=4,
        )
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def __repr__(self) -> str:
        return f"PacedSession({self._login!r})"

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """The answer: the first that is no reason to ask again, or the last."""
        throttled = failed = 0
        renewed = False
        while True:
            self._pace.wait()
            try:
                response = super().send(request, **kwargs)
            except _BROKEN:
                failed += 1
                if failed >= self._attempts:
                    raise
                self._sleep(failed)
                continue
            self._pace.learn(response.headers)
            status = response.status_code
            if status in _UNAUTHORIZED and not renewed and self._login.renew(request):
                renewed = True
            elif status == _THROTTLED and throttled < THROTTLED_MAX:
                throttled += 1
                self._pace.drain()
                self._rest(throttled, response)
            elif (status >= _SERVER_ERROR or self._is_cut_off(response)) and failed + 1 < self._attempts:
                failed += 1
                self._sleep(failed)
            else:
                return response

    @property
    def _attempts(self) -> int:
        return int(self._config.request_max_attempts)

    @staticmethod
    def _is_cut_off(response: Response) -> bool:
        return response.ok and is_cut_off(response.content)

    def _rest(self, throttled: int, response: Response) -> None:
        asked = response.headers.get("Retry-After", "")
        own = backoff(throttled, self._clock, factor=1.0 / self._pace.rate, longest=_LONGEST_THROTTLE)
        seconds = min(float(asked), float(self._config.request_max_retry_delay)) if asked.isdecimal() else own
        _log.info("throttled, %d in a row: waiting %.1f s", throttled, seconds)
        self._clock.sleep(seconds)

    def _sleep(self, failed: int) -> None:
        factor, longest = float(self._config.request_backoff_factor), float(self._config.request_max_retry_delay)
        self._clock.sleep(backoff(failed, self._clock, factor=factor, longest=longest))
