"""The steps that items pass on their way: map, yield map, filter, limit, metrics, validate.

Each takes one item or a list of them and gives back the same, or None when nothing is left. `placement_affinity` says
how strongly a step holds to the end, so that a map added late still runs before the incremental.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, cast

from gristmill.extract.items import count_rows

if TYPE_CHECKING:
    from gristmill.extract.pipe import Pipe

ItemFunction = Callable[..., Any]


class ItemTransform:
    """A step that is more than a function."""

    placement_affinity: ClassVar[float] = 0

    def __init__(self) -> None:
        self._custom_metrics: dict[str, Any] = {}

    @property
    def custom_metrics(self) -> dict[str, Any]:
        """Figures the step collected."""
        return self._custom_metrics

    def bind(self, pipe: Pipe) -> ItemTransform:
        """Called right before the first item; may give back another step."""
        del pipe
        return self

    def __call__(self, item: Any, meta: Any = None) -> Any:
        """The item after this step, or None."""
        raise NotImplementedError


def _takes_meta(function: ItemFunction) -> bool:
    try:
        return len(inspect.signature(function).parameters) > 1
    except ValueError:
        # Python cannot tell what `bool`, `str` or `dict` take: the item.
        return False


class _FunctionStep(ItemTransform):
    """A step around a function of the item, and of the note if it takes two arguments."""

    def __init__(self, function: ItemFunction) -> None:
        super().__init__()
        self.function = function
        self.takes_meta = _takes_meta(function)

    def _apply(self, item: Any, meta: Any) -> Any:
        return self.function(item, meta) if self.takes_meta else self.function(item)


class MapItem(_FunctionStep):
    """Each item becomes what the function returns."""

    def __call__(self, item: Any, meta: Any = None) -> Any:
        """Apply the function to each item."""
        if isinstance(item, list):
            items = cast("list[Any]", item)
            return [self._apply(i, meta) for i in items] if items else items
        return self._apply(item, meta)


class FilterItem(_FunctionStep):
    """Items for which the function is false go no further."""

    def __call__(self, item: Any, meta: Any = None) -> Any:
        """Keep what the function likes."""
        if isinstance(item, list):
            items = cast("list[Any]", item)
            return ([i for i in items if self._apply(i, meta)] or None) if items else items
        return item if self._apply(item, meta) else None


class YieldMapItem(_FunctionStep):
    """Each item becomes what the function yields, be it nothing or many."""

    def __call__(self, item: Any, meta: Any = None) -> Iterator[Any]:
        """Yield from the function for each item."""
        if isinstance(item, list):
            items = cast("list[Any]", item)
            if not items:
                yield items
            for i in items:
                yield from self._apply(i, meta)
        else:
            yield from self._apply(item, meta)


class MetricsItem(ItemTransform):
    """Lets a function count what passes; items stay as they are."""

    def __init__(self, function: ItemFunction) -> None:
        super().__init__()
        self.function = function

    def __call__(self, item: Any, meta: Any = None) -> Any:
        """Show the item to the function."""
        self.function(item, meta, self._custom_metrics)
        return item


class ValidateItem(ItemTransform):
    """A step that checks items against a model."""

    placement_affinity: ClassVar[float] = 0.9
    table_name: str = ""

    def bind(self, pipe: Pipe) -> ItemTransform:
        """Remember what the items are called."""
        self.table_name = pipe.name
        return self


class LimitItem(ItemTransform):
    """Ends a resource after so many yields (or rows), or so much time."""

    placement_affinity: ClassVar[float] = 1.1

    def __init__(self, max_items: int | None, max_time: float | None, *, count_rows: bool) -> None:
        super().__init__()
        self.max_items = -1 if max_items is None else max_items
        self.max_time = max_time
        self.count_rows = count_rows
        self.count = 0
        self.exhausted = False
        self._gen: Any = None
        self._started = 0.0

    def bind(self, pipe: Pipe) -> ItemTransform:
        """Start a count of its own for this run."""
        bound = LimitItem(self.max_items, self.max_time, count_rows=self.count_rows)
        if isinstance(pipe.gen, Iterator) and not inspect.isgenerator(pipe.gen):
            pipe.replace_gen(_closable(cast("Iterator[Any]", pipe.gen)))
        bound._gen = pipe.gen
        bound._started = time.monotonic()
        return bound

    def limit(self, chunk_size: int) -> int | None:
        """At most so many rows come, when a yield has `chunk_size`."""
        return None if self.max_items < 0 else self.max_items * (1 if self.count_rows else chunk_size)

    def __call__(self, item: Any, meta: Any = None) -> Any:  # noqa: ARG002
        """Count, and close the generator when it is enough."""
        if item is None or self.exhausted:
            return None
        self.count += count_rows(item) if self.count_rows else 1
        late = bool(self.max_time) and time.monotonic() - self._started > self.max_time
        if (0 <= self.max_items <= self.count) or late:
            self.exhausted = True
            if inspect.isgenerator(self._gen):
                self._gen.close()
        return None if self.max_items == 0 else item


def _closable(iterator: Iterator[Any]) -> Iterator[Any]:
    yield from iterator
