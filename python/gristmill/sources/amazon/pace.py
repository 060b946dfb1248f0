"""How fast requests may go: a bucket of tokens that is as large and fills as fast as the API says."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gristmill.sources.amazon.clock import Clock

_LIMIT = "x-amzn-RateLimit-Limit"
_SLOWEST = 1 / 3600


class Pace:
    """`rate` requests a second, `burst` at once. The rate follows what answers say in `x-amzn-RateLimit-Limit`."""

    def __init__(self, rate: float, burst: int, clock: Clock) -> None:
        self.rate = rate
        self.burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._filled_at = clock.now()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Until a request may go. Whoever comes while others wait stands behind them."""
        with self._lock:
            self._fill()
            self._tokens -= 1
            delay = -self._tokens / self.rate
        if delay > 0:
            self._clock.sleep(delay)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take on the rate that an answer names. What is no number of requests says nothing."""
        try:
            rate = float(headers.get(_LIMIT, ""))
        except ValueError:
            return
        if math.isfinite(rate) and rate > 0:
            with self._lock:
                self._fill()
                self.rate = max(rate, _SLOWEST)

    def drain(self) -> None:
        """The API says that its bucket is empty, so ours is as well: others share it."""
        with self._lock:
            self._fill()
            self._tokens = min(self._tokens, 0.0)

    def _fill(self) -> None:
        now = self._clock.now()
        self._tokens = min(float(self.burst), self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
