"""Work that runs beside the main loop: deferred items, coroutines, and resources that run in threads.

Functions run in a pool of threads, each in a copy of the context they were yielded in; coroutines share one event
loop in a thread of its own. Both start with the first such item and never before, and so does the import of what they need.
"""

from __future__ import annotations

import contextvars
import functools
import inspect
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future
    from queue import SimpleQueue

    from gristmill.extract.iterator import PipeItem


class Busy:
    """Yielded by an iterator that has nothing yet, but will."""


BUSY = Busy()


class Threads:
    """Threads that take work in turn; none of them keeps the program from ending."""

    def __init__(self, most: int) -> None:
        from queue import SimpleQueue

        self._most = most
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def submit(self, function: Callable[[], Any]) -> Future[Any]:
        """Start the function as soon as a thread is free."""
        from concurrent.futures import Future

        future: Future[Any] = Future()
        self._work.put((future, function))
        if not self._idle.acquire(blocking=False) and len(self._threads) < self._most:
            thread = threading.Thread(target=self._run, name=f"extract_{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def close(self, *, wait: bool) -> None:
        """Take on nothing more; with `wait`, let what runs end first."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            future, function = work
            if future.set_running_or_notify_cancel():
                try:
                    result = function()
                except BaseException as error:  # noqa: BLE001
                    future.set_exception(error)
                else:
                    future.set_result(result)
            del work, future, function
            self._idle.release()


class Pool:
    """Items being made in the background, with a bound on how many."""

    def __init__(self, workers: int = 5, max_parallel_items: int = 20) -> None:
        self.workers = workers
        self.max_parallel_items = max_parallel_items
        self._pending: dict[Future[Any], PipeItem] = {}
        self._threads: Threads | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_full(self) -> bool:
        """Whether to wait before taking on more."""
        return len(self._pending) >= self.max_parallel_items

    def submit(self, item: PipeItem) -> None:
        """Start to make the item."""
        work = item.data
        if isinstance(work, Awaitable):
            import asyncio

            future = asyncio.run_coroutine_threadsafe(_awaited(cast("Awaitable[Any]", work)), self._event_loop())
        else:
            self._threads = self._threads or Threads(self.workers)
            future = self._threads.submit(functools.partial(contextvars.copy_context().run, work))
        self._pending[future] = item

    def done(self, *, block: bool) -> tuple[PipeItem, Future[Any]] | None:
        """One item that is ready; with `block`, wait until there is one."""
        if not self._pending:
            return None
        if block:
            self.wait()
        for future in self._pending:
            if future.done():
                return self._pending.pop(future), future
        return None

    def wait(self) -> None:
        """Wait until one item is ready."""
        from concurrent.futures import FIRST_COMPLETED, wait

        wait(self._pending, return_when=FIRST_COMPLETED)

    def close(self) -> None:
        """Drop what is not finished."""
        for future in self._pending:
            future.cancel()
        if self._threads is not None:
            # Whoever presses Ctrl-C does not wait for an answer that is still on its way.
            self._threads.close(wait=not isinstance(sys.exception(), KeyboardInterrupt))
        if self._loop is not None:
            loop = self._loop
            loop.call_soon_threadsafe(_stop, loop)
            self._loop_thread.join()
            loop.close()
        self._pending.clear()
        self._threads = self._loop = None

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
            self._loop_thread = threading.Thread(target=self._loop.run_forever, name="extract-async", daemon=True)
            self._loop_thread.start()
        return self._loop


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    import asyncio

    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    ended = asyncio.gather(*tasks, return_exceptions=True)
    ended.add_done_callback(lambda _: loop.stop())


def from_async(source: AsyncIterator[Any]) -> Generator[Any, None, None]:
    """An iterator over the next items of an async one, each as an awaitable, one at a time."""
    ended = busy = False

    async def take() -> Any:
        nonlocal ended, busy
        try:
            return await anext(source)
        except StopAsyncIteration:
            ended = True
            return None
        except BaseException:
            ended = True
            raise
        finally:
            busy = False

    while not ended:
        if busy:
            yield BUSY
        else:
            busy = True
            yield take()


def parallelized(made_by: Any) -> Any:
    """The same generator (or transformer), but each next item is taken in the pool."""
    if inspect.isgenerator(made_by):
        return _taken_in_pool(cast("Iterator[Any]", made_by))
    is_generator = inspect.isgeneratorfunction(inspect.unwrap(made_by)) or inspect.isgeneratorfunction(made_by)

    @functools.wraps(made_by)
    def call(*args: Any, **kwargs: Any) -> Any:
        if is_generator:
            return _taken_in_pool(made_by(*args, **kwargs))
        return functools.partial(made_by, *args, **kwargs)

    return call


def _taken_in_pool(source: Iterator[Any]) -> Generator[Any, None, None]:
    ended = busy = False

    def take() -> Any:
        nonlocal ended, busy
        try:
            return next(source)
        except StopIteration:
            ended = True
            return None
        except BaseException:
            ended = True
            raise
        finally:
            busy = False

    try:
        while not ended:
            if busy:
                yield BUSY
            else:
                busy = True
                yield take
    finally:
        if not busy and inspect.isgenerator(source):
            source.close()


def deferred(f: Callable[..., Any]) -> Callable[..., Callable[[], Any]]:
    """`@dlt.defer`: a call gives back the work, which then runs in the pool."""

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Callable[[], Any]:
        return functools.partial(f, *args, **kwargs)

    return call
