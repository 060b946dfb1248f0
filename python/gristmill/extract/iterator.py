"""Draws items from several pipes in turn and takes each through the steps to its end.

One loop, no recursion: iterators that steps give back become sources of their own, functions and coroutines go to the
pool, and a pipe that feeds transformers sends each item to all of them.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from gristmill import context
from gristmill.dataset.relation import Relation
from gristmill.exceptions import (
    DataValidationError,
    DltException,
    InvalidStepFunctionArguments,
    PipeGenInvalid,
    ResourceExtractionError,
)
from gristmill.extract.incremental import Incremental, IncrementalResourceWrapper
from gristmill.extract.items import BytesPage, DataItemWithMeta
from gristmill.extract.parallel import BUSY, Pool, from_async
from gristmill.extract.steps import LimitItem
from gristmill.names import callable_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from gristmill.extract.pipe import Pipe

NextItemMode = Literal["round_robin", "fifo"]
_PLAIN = frozenset({dict, list})
# Steps of ours that a page of bytes passes as it is, or that fill it themselves.
_KNOW_PAGES = (LimitItem, Incremental, IncrementalResourceWrapper)
# Functions of ours that do, as transformers, say so by this attribute.
_KNOWS_PAGES = "knows_pages"


class PipeItem(NamedTuple):
    """An item behind step `step` of a pipe."""

    data: Any
    step: int
    pipe: Pipe
    meta: Any = None


class _Source(NamedTuple):
    iterator: Iterator[Any]
    step: int
    pipe: Pipe
    meta: Any


class PipeIterator:
    """Yields finished items of `pipes`; close it (or use `with`) to end their generators."""

    def __init__(
        self,
        pipes: Sequence[Pipe],
        *,
        workers: int = 5,
        max_parallel_items: int = 20,
        next_item_mode: NextItemMode = "round_robin",
        items_at_once: int = 1,
    ) -> None:
        """With `items_at_once`, the dicts that a lone resource yields one by one come as lists of up to so many."""
        self._mode: NextItemMode = next_item_mode
        self._pool = Pool(workers, max_parallel_items)
        self._sources: list[_Source] = []
        self._children: dict[str, list[Pipe]] = {}
        self._yields: set[str] = {p.instance_id for p in pipes}
        self._waiting: list[PipeItem] = []
        self._current = 0
        self._items_at_once = items_at_once
        clones = cloned_with_parents(pipes)
        # The last source is drawn first, so the pipes are set up from the back.
        for pipe in reversed([clones[p.instance_id] for p in pipes]):
            self._add(pipe)
        self._initial = len(self._sources)
        only = self._sources[0] if len(self._sources) == 1 else None
        # The plainest case, one resource without steps, is by far the most frequent: it takes the short way.
        self._alone = only if only is not None and len(only.pipe) == 1 and not self._children else None

    @property
    def generators_left(self) -> int:
        """How many resources still yield."""
        return len(self._sources)

    def _add(self, pipe: Pipe) -> None:
        seen: set[str] = {s.pipe.instance_id for s in self._sources}
        while True:
            known = pipe.instance_id in seen or any(
                c.instance_id == pipe.instance_id for cs in self._children.values() for c in cs
            )
            if not known:
                with context.using(context.pipe, pipe):
                    pipe.evaluate_gen()
            if pipe.parent is None:
                if not known:
                    if not isinstance(pipe.gen, Iterator):
                        raise PipeGenInvalid(pipe.name, f"a `{type(pipe.gen).__name__}` does not yield data")
                    self._sources.append(_Source(cast("Iterator[Any]", pipe.gen), 0, pipe, None))
                return
            children = self._children.setdefault(pipe.parent.instance_id, [])
            if pipe not in children:
                children.append(pipe)
            pipe = pipe.parent

    def __iter__(self) -> Iterator[PipeItem]:
        return self

    def __next__(self) -> PipeItem:
        item: PipeItem | None = None
        if self._alone is not None and not self._waiting:
            item = self._drawn_alone(self._alone)
            if item is not None and type(item.data) in _PLAIN:
                return item
        while True:
            item = item or self._take()
            data = item.data
            if isinstance(data, Relation):
                data = data.iter_arrow()
            if isinstance(data, Iterator):
                self._sources.append(_Source(cast("Iterator[Any]", data), item.step, item.pipe, item.meta))
                item = None
            elif isinstance(data, AsyncIterator):
                awaited = from_async(cast("AsyncIterator[Any]", data))
                self._sources.append(_Source(awaited, item.step, item.pipe, item.meta))
                item = None
            elif (isinstance(data, Awaitable) or callable(data)) and not hasattr(data, "_pipe"):
                with context.using(context.pipe, item.pipe):
                    self._pool.submit(item)
                item = None
            elif item.step == len(item.pipe) - 1:
                if (item := self._at_end(item)) is not None:
                    return item
            else:
                item = self._stepped(item)

    def _drawn_alone(self, source: _Source) -> PipeItem | None:
        data: Any = None
        gathered: list[Any] = []
        token = context.pipe.set(source.pipe)
        try:
            for data in source.iterator:
                if type(data) is not dict:
                    break
                gathered.append(data)  # pyright: ignore[reportUnknownArgumentType]
                if len(gathered) >= self._items_at_once:
                    return PipeItem(gathered[0] if self._items_at_once == 1 else gathered, 0, source.pipe)
            else:
                self._alone = None
                self._sources.clear()
                return PipeItem(gathered, 0, source.pipe) if gathered else None
        except DltException:
            raise
        except Exception as error:
            raise _explained(source.pipe, source.iterator, "generator", error) from error
        finally:
            context.pipe.reset(token)
        # Anything that has to be looked at takes the long way from here on.
        if type(data) is not list:
            self._alone = None
        item = None if data is None or data is BUSY else _marked(data, 0, source.pipe, source.meta)
        if not gathered:
            return item
        if item is not None:
            self._waiting.append(item)
        return PipeItem(gathered, 0, source.pipe)

    def _at_end(self, item: PipeItem) -> PipeItem | None:
        children = self._children.get(item.pipe.instance_id)
        if not children:
            return item
        for child in children:
            self._waiting.append(PipeItem(item.data, -1, child, item.meta))
        return item if item.pipe.instance_id in self._yields else None

    def _take(self) -> PipeItem:
        while True:
            if self._waiting:
                return self._waiting.pop(0)
            if (ready := self._pool.done(block=self._pool.is_full)) is not None:
                item, future = ready
                with context.using(context.pipe, item.pipe):
                    data = _guarded(item.pipe, item.data, "deferred function", future.result)
                if data is not None:
                    return _marked(data, item.step, item.pipe, item.meta)
                continue
            if (item := self._from_source()) is not None:
                return item
            if self._sources or len(self._pool):
                if len(self._pool):
                    # Nothing to draw until something in the pool ends: wait for it rather than spin.
                    self._pool.wait()
                continue
            raise StopIteration

    def _from_source(self) -> PipeItem | None:
        busy = 0
        while self._sources and busy < len(self._sources):
            count = len(self._sources)
            if self._mode == "fifo" or count - self._initial >= self._pool.max_parallel_items:
                self._current = count - 1 - busy
            else:
                self._current = (self._current - 1) % count
            source = self._sources[self._current]
            try:
                with context.using(context.pipe, source.pipe):
                    data = _guarded(source.pipe, source.iterator, "generator", source.iterator.__next__)
            except StopIteration:
                self._sources.pop(self._current)
                if self._current < self._initial:
                    self._initial -= 1
                continue
            if data is BUSY:
                busy += 1
            elif data is not None:
                return _marked(data, source.step, source.pipe, source.meta)
        return None

    def _stepped(self, item: PipeItem) -> PipeItem | None:
        index = item.step + 1
        step = item.pipe[index]
        if isinstance(item.data, BytesPage) and not _knows_pages(step):
            item.data.filled()
        with context.using(context.pipe, item.pipe):
            data = _guarded(item.pipe, step, "step", lambda: step(item.data, meta=item.meta))
        return None if data is None else _marked(data, index, item.pipe, item.meta)

    def close(self) -> None:
        """End the pool, then the generators: one that runs in a thread cannot be closed."""
        self._pool.close()
        for source in self._sources:
            close = getattr(source.iterator, "close", None)
            if close is not None:
                close()
        self._sources.clear()

    def __enter__(self) -> PipeIterator:  # noqa: PYI034
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _knows_pages(step: Any) -> bool:
    return isinstance(step, _KNOW_PAGES) or getattr(inspect.unwrap(step), _KNOWS_PAGES, False)


def _marked(data: Any, step: int, pipe: Pipe, meta: Any) -> PipeItem:
    if isinstance(data, DataItemWithMeta):
        return PipeItem(data.data, step, pipe, data.meta)
    return PipeItem(data, step, pipe, meta)


def _guarded(pipe: Pipe, step: Any, kind: str, call: Callable[[], Any]) -> Any:
    try:
        return call()
    except StopIteration:
        raise
    except DataValidationError as error:
        raise _explained(pipe, step, kind, error) from error
    except DltException:
        raise
    except Exception as error:
        raise _explained(pipe, step, kind, error) from error


def _explained(pipe: Pipe, step: Any, kind: str, error: Exception) -> Exception:
    """The error with the place in the user's own file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/gristmill/" not in f.filename.replace("\\", "/")]
    if not own and isinstance(error, TypeError) and kind == "step":
        return InvalidStepFunctionArguments(pipe.name, callable_name(step), "(...)", str(error))
    place = (own[-1].filename, own[-1].lineno or 0) if own else None
    return ResourceExtractionError(pipe.name, step, f"{type(error).__name__}: {error}", kind, place)


def cloned_with_parents(pipes: Sequence[Pipe]) -> dict[str, Pipe]:
    """A clone of each pipe and of all its parents, by identity: each is cloned once, however many feed from it."""
    clones: dict[str, Pipe] = {}
    for pipe in pipes:
        current: Pipe | None = pipe
        child: Pipe | None = None
        while current is not None:
            known = clones.get(current.instance_id)
            clone = known or current.clone()
            clones[current.instance_id] = clone
            if child is not None:
                child.parent = clone
            if known is not None:
                break
            child, current = clone, current.parent
    return clones
