"""Time, as the sources see it: a test passes a clock that does not wait."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Clock:
    """`now` in seconds, which only grows; `sleep` for seconds; `chance` between 0 and 1, which spreads retries."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


def backoff(attempt: int, clock: Clock, *, factor: float, longest: float) -> float:
    """How long to wait after an attempt, counted from 1: twice as long each time, between half of it and all of it.

    >>> still = Clock(chance=lambda: 1.0)
    >>> [backoff(n, still, factor=1.0, longest=5.0) for n in (1, 2, 3, 4)]
    [1.0, 2.0, 4.0, 5.0]
    """
    whole = min(factor * 2 ** (attempt - 1), longest)
    return whole / 2 + whole / 2 * clock.chance()
