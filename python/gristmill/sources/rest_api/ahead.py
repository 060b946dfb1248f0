"""Several iterators at once, in threads, with their items in the order of one after the other.

Each iterator may be some items ahead of who takes them, and no further, so what waits in memory is bounded. An error
comes where its item would have come.
"""

from __future__ import annotations

import contextvars
import functools
import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from gristmill.extract.parallel import Threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
ITEMS_AHEAD = 2


class _Lane(Generic[T]):
    """The items of one iterator, on their way from its thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: deque[T] = deque()
        self._error: BaseException | None = None
        self._ended = False
        self._stopped = False

    def fill(self, make: Callable[[], Iterator[T]]) -> None:
        """Draw from the iterator until it ends or nobody wants more."""
        try:
            for item in make():
                if not self._offer(item):
                    break
        except BaseException as error:  # noqa: BLE001
            self._error = error
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _offer(self, item: T) -> bool:
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._stopped or len(self._items) < ITEMS_AHEAD)
            return not self._stopped

    def taken(self) -> Iterator[T]:
        """The items as they come; then what went wrong, if anything did."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._ended)
                if not self._items:
                    break
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Want no more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


def in_order(makers: Iterable[Callable[[], Iterator[T]]], at_once: int) -> Iterator[T]:
    """The items of each iterator in turn, while up to `at_once` of them are being drawn.

    >>> list(in_order([lambda: iter("ab"), lambda: iter("cd")], 2))
    ['a', 'b', 'c', 'd']
    """
    threads = Threads(at_once)
    lanes: deque[_Lane[T]] = deque()
    try:
        for make in makers:
            lane: _Lane[T] = _Lane()
            lanes.append(lane)
            around = contextvars.copy_context()
            threads.submit(functools.partial(around.run, functools.partial(lane.fill, make)))
            if len(lanes) >= at_once:
                yield from lanes[0].taken()
                lanes.popleft()
        while lanes:
            yield from lanes[0].taken()
            lanes.popleft()
    finally:
        for lane in lanes:
            lane.stop()
        threads.close(wait=False)
