"""Progress while a pipeline runs: nothing, lines in a log, or bars drawn by tqdm, enlighten, alive_progress or rich.

`dlt.pipeline(..., progress="log")` names one; `progress=dlt.progress.log(5, logging.getLogger("etl"))` sets it up; a
`Collector` of one's own counts as one likes. Counters are named by what they count: `Resources` and each table in the step
`extract`, `Files` and `Items` in `normalize`, `Jobs` in `load`, and rows of each table there too.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
import warnings
from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TextIO

from gristmill.exceptions import MissingDependencyException, ValueErrorWithKnownValues

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Collector(ABC):
    """Counts what a step has done: `with collector("Extract shop"): collector.update("orders", 5)`."""

    step: str | None = None

    @abstractmethod
    def update(
        self,
        name: str,
        inc: int = 1,
        total: int | None = None,
        inc_total: int | None = None,
        message: str | None = None,
        label: str | None = None,
    ) -> None:
        """So much more of `name` is done, of `total` when that is known; a label makes a counter beside it."""

    @abstractmethod
    def _start(self, step: str) -> None:
        """A step begins."""

    @abstractmethod
    def _stop(self) -> None:
        """The step ends, well or not."""

    def __call__(self, step: str) -> Self:
        """Name the step that begins with `with`."""
        self.step = step
        return self

    def __enter__(self) -> Self:
        self._start(self.step or "")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    # Most collectors care for none of these four.
    def on_start_trace(self, trace: Any, step: str, pipeline: Any) -> None:  # noqa: B027
        """A run begins."""

    def on_start_trace_step(self, trace: Any, step: str, pipeline: Any) -> None:  # noqa: B027
        """A step of a run begins."""

    def on_end_trace_step(  # noqa: B027
        self, trace: Any, step: Any, pipeline: Any, step_info: Any, send_state: bool
    ) -> None:
        """A step of a run has ended."""

    def on_end_trace(self, trace: Any, pipeline: Any, send_state: bool) -> None:  # noqa: B027
        """A run has ended."""


class NullCollector(Collector):
    """Counts nothing."""

    def update(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nothing."""

    def _start(self, step: str) -> None:
        pass

    def _stop(self) -> None:
        pass


class DictCollector(Collector):
    """Counts, and shows nothing: `counters` holds the counts while a step runs."""

    counters: defaultdict[str, int] | None = None

    def update(self, name: str, inc: int = 1, *args: Any, **kwargs: Any) -> None:
        """Count."""
        del args, kwargs
        if self.counters is not None:
            self.counters[name] += inc

    def _start(self, step: str) -> None:
        del step
        self.counters = defaultdict(int)

    def _stop(self) -> None:
        self.counters = None


@dataclass
class _Count:
    description: str
    started: float
    total: int | None
    done: int = 0
    message: str | None = None

    def line(self, now: float) -> str:
        """`Resources: 1/2 (50.0%) | Time: 0.01s | Rate: 100.00/s`."""
        elapsed = now - self.started
        of = f"{self.done}/{self.total} ({self.done / self.total:.1%})" if self.total else f"{self.done} "
        rate = self.done / elapsed if elapsed > 0 else 0
        told = f" [{self.message}]" if self.message is not None else ""
        return f"{self.description}: {of} | Time: {elapsed:.2f}s | Rate: {rate:.2f}/s{told}"


class LogCollector(Collector):
    """Prints all counters every `log_period` seconds, and when a step ends.

    `logger` is `"stdout"`, `"dlt_logger"` (the logger named gristmill), a `logging.Logger`, or a stream. Memory and CPU of the
    process are told too, when psutil is installed. Override `on_log` to do something else with `counters`.
    """

    def __init__(
        self,
        log_period: float = 1.0,
        logger: Any = "stdout",
        log_level: int = logging.INFO,
        dump_system_stats: bool = True,
    ) -> None:
        if logger is None:
            message = "`logger=None` is deprecated: pass `logger='dlt_logger'`"
            warnings.warn(message, DeprecationWarning, stacklevel=2)
            logger = "dlt_logger"
        self.log_period = log_period
        self.logger: Any = logging.getLogger("gristmill") if logger == "dlt_logger" else logger
        self.log_level = log_level
        self._process = _process() if dump_system_stats else None
        self.dump_system_stats = self._process is not None
        self._counts: dict[str, _Count] = {}
        self.last_log_time: float | None = None

    @property
    def counters(self) -> dict[str, int]:
        """What is done, by counter; a label follows its name after `_`."""
        return {key: count.done for key, count in self._counts.items()}

    def update(
        self,
        name: str,
        inc: int = 1,
        total: int | None = None,
        inc_total: int | None = None,
        message: str | None = None,
        label: str | None = None,
    ) -> None:
        """Count, and print when it is time."""
        key, shown = (f"{name}_{label}", f"{name} ({label})") if label else (name, name)
        count = self._counts.get(key)
        if count is None:
            count = self._counts[key] = _Count(shown, time.monotonic(), total)
        elif inc_total:
            count.total = (count.total or 0) + inc_total
        count.done += inc
        count.message = message if message is not None else count.message
        self.maybe_log()

    def maybe_log(self) -> None:
        """Print, if it is time."""
        if self.last_log_time is None or time.monotonic() - self.last_log_time >= self.log_period:
            self.on_log()
            self.last_log_time = time.monotonic()

    def on_log(self) -> None:
        """It is time."""
        self.dump_counters()

    def dump_counters(self) -> None:
        """Print all counters."""
        now = time.monotonic()
        lines = [f" {self.step} ".center(80, "-"), *(count.line(now) for count in self._counts.values())]
        if self._process is not None:
            used, share, busy = self._process()
            lines.append(f"Memory usage: {used:.2f} MB ({share:.2f}%) | CPU usage: {busy:.2f}%")
        self._log(self.log_level, "\n".join([*lines, ""]))

    def _log(self, log_level: int, log_message: str) -> None:
        if isinstance(self.logger, (logging.Logger, logging.LoggerAdapter)):
            self.logger.log(log_level, log_message)
            return
        # The standard output of now: a notebook or a test may have put another in its place.
        stream: TextIO = sys.stdout if isinstance(self.logger, str) else self.logger
        stream.write(log_message + "\n")

    def _start(self, step: str) -> None:
        del step
        self._counts = {}
        self.last_log_time = None

    def _stop(self) -> None:
        self.on_log()
        self._counts = {}
        self.last_log_time = None


def _process() -> Callable[[], tuple[float, float, float]] | None:
    """Tells megabytes in use, percent of the machine's memory in use, and percent of a CPU since the last time."""
    try:
        psutil: Any = importlib.import_module("psutil")
    except ImportError:
        message = "memory and CPU are not logged: `pip install psutil`, or pass `dump_system_stats=False`"
        warnings.warn(message, stacklevel=3)
        return None
    process = psutil.Process()
    return lambda: (process.memory_info().rss / 2**20, psutil.virtual_memory().percent, process.cpu_percent())


class BarCollector(Collector):
    """Draws a bar for each counter, or with `single_bar` for the first one only; a library does the drawing."""

    package: str
    """What to install."""
    module: str
    first_tells_step = True

    def __init__(self, single_bar: bool = False, **settings: Any) -> None:
        try:
            self._library: Any = importlib.import_module(self.module)
        except ImportError:
            raise MissingDependencyException(type(self).__name__, [self.package]) from None
        self.single_bar = single_bar
        self.settings = settings
        self._bars: dict[str, Any] = {}

    def update(
        self,
        name: str,
        inc: int = 1,
        total: int | None = None,
        inc_total: int | None = None,
        message: str | None = None,
        label: str | None = None,
    ) -> None:
        """Move the bar; the first time, draw it."""
        key = f"{name}_{label or ''}"
        if key not in self._bars:
            if self._bars and self.single_bar:
                return
            shown = f"{name}[{label}]" if label else name
            title = shown if self._bars or not self.first_tells_step else f"{self.step}: {shown}"
            self._bars[key] = self._open(title, total)
        elif inc_total:
            self._grow(self._bars[key], inc_total)
        self._advance(self._bars[key], inc, message)

    def _start(self, step: str) -> None:
        del step
        self._bars = {}

    def _stop(self) -> None:
        for bar in self._bars.values():
            self._close(bar)
        self._bars.clear()

    @abstractmethod
    def _open(self, title: str, total: int | None) -> Any:
        """A new bar."""

    @abstractmethod
    def _advance(self, bar: Any, inc: int, message: str | None) -> None:
        """Move it."""

    def _grow(self, bar: Any, inc_total: int) -> None:
        """There is more to do than was thought."""
        bar.total = (bar.total or 0) + inc_total

    def _close(self, bar: Any) -> None:
        """It is done."""
        bar.refresh()
        bar.close()


class TqdmCollector(BarCollector):
    """Bars drawn by tqdm; `tqdm_kwargs` go to each."""

    package = module = "tqdm"

    def _open(self, title: str, total: int | None) -> Any:
        bar = self._library.tqdm(desc=title, total=total, leave=False, **self.settings)
        bar.refresh()
        return bar

    def _advance(self, bar: Any, inc: int, message: str | None) -> None:
        if message:
            bar.set_postfix_str(message)
        bar.update(inc)


class EnlightenCollector(BarCollector):
    """Bars drawn by enlighten below what is logged meanwhile; settings go to each counter."""

    package = module = "enlighten"
    first_tells_step = False

    def _start(self, step: str) -> None:
        super()._start(step)
        self._manager: Any = self._library.get_manager(enabled=True)
        self._status = self._manager.status_bar(leave=True, justify=self._library.Justify.CENTER, fill="=")
        self._status.update(step)

    def _open(self, title: str, total: int | None) -> Any:
        bar = self._manager.counter(desc=title, total=total, leave=True, force=True, **self.settings)
        bar.refresh()
        return bar

    def _advance(self, bar: Any, inc: int, message: str | None) -> None:
        del message
        bar.update(inc)

    def _stop(self) -> None:
        self._status.close()
        super()._stop()
        self._manager.stop()


class AliveCollector(BarCollector):
    """A bar drawn by alive_progress, which draws one at a time well; settings go to `alive_bar`."""

    package = "alive-progress"
    module = "alive_progress"

    def __init__(self, single_bar: bool = True, **settings: Any) -> None:
        super().__init__(single_bar, **settings)

    def _open(self, title: str, total: int | None) -> Any:
        context = self._library.alive_bar(total=total, title=title, **self.settings)
        return context, context.__enter__()

    def _advance(self, bar: Any, inc: int, message: str | None) -> None:
        _, handle = bar
        if message:
            handle.text(message)
        if inc > 0:
            handle(inc)

    def _grow(self, bar: Any, inc_total: int) -> None:
        """It cannot: a bar of this library keeps its total."""

    def _close(self, bar: Any) -> None:
        bar[0].__exit__(None, None, None)


class RichCollector(BarCollector):
    """Bars drawn by rich; settings go to `rich.progress.Progress`. dlt has no such collector."""

    package = "rich"
    module = "rich.progress"

    def _start(self, step: str) -> None:
        super()._start(step)
        self._progress: Any = self._library.Progress(**self.settings)
        self._progress.start()

    def _open(self, title: str, total: int | None) -> Any:
        return self._progress.add_task(title, total=total)

    def _advance(self, bar: Any, inc: int, message: str | None) -> None:
        del message
        self._progress.update(bar, advance=inc)

    def _grow(self, bar: Any, inc_total: int) -> None:
        task = next(task for task in self._progress.tasks if task.id == bar)
        self._progress.update(bar, total=(task.total or 0) + inc_total)

    def _close(self, bar: Any) -> None:
        """All end together."""

    def _stop(self) -> None:
        super()._stop()
        self._progress.stop()


NULL_COLLECTOR = NullCollector()

tqdm = TqdmCollector
log = LogCollector
enlighten = EnlightenCollector
alive_progress = AliveCollector
rich = RichCollector


def collector_of(progress: Any) -> Collector:
    """A collector from its name, or itself."""
    if progress is None:
        return NULL_COLLECTOR
    if isinstance(progress, str):
        known: dict[str, Callable[[], Collector]] = {
            "log": log,
            "tqdm": tqdm,
            "rich": rich,
            "enlighten": enlighten,
            "alive_progress": alive_progress,
        }
        if progress not in known:
            what = "progress"
            raise ValueErrorWithKnownValues(what, progress, known)
        return known[progress]()
    return progress
