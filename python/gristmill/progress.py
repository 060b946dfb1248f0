"""Progress while a pipeline runs: nothing, lines in the log, or bars drawn by tqdm, rich, enlighten or alive_progress."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

from gristmill.exceptions import MissingDependencyException, ValueErrorWithKnownValues

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Collector:
    """Counts what a step has done; this one shows nothing."""

    def __init__(self) -> None:
        self.step = ""

    def update(self, name: str, inc: int = 1, total: int | None = None, **labels: Any) -> None:
        """So much more of `name` is done."""

    def __call__(self, step: str) -> contextlib.AbstractContextManager[Collector]:  # noqa: D102
        return self._shown(step)

    @contextlib.contextmanager
    def _shown(self, step: str) -> Generator[Collector]:
        self.step = step
        self._start(step)
        try:
            yield self
        finally:
            self._stop()

    def _start(self, step: str) -> None:
        """A step begins."""

    def _stop(self) -> None:
        """The step ends."""


class LogCollector(Collector):
    """Prints the counts from time to time, to a stream or a logger."""

    def __init__(
        self,
        log_period: float = 1.0,
        logger: Any = None,
        log_level: int = logging.INFO,
        dump_system_stats: bool = True,
    ) -> None:
        super().__init__()
        del dump_system_stats
        self._period = log_period
        self._logger: Any = logger
        self._level = log_level
        self._counts: dict[str, list[int | None]] = {}
        self._started = self._last = 0.0

    def update(self, name: str, inc: int = 1, total: int | None = None, **labels: Any) -> None:
        """Count, and print when it is time."""
        del labels
        count = self._counts.setdefault(name, [0, None])
        count[0] = (count[0] or 0) + inc
        count[1] = total if total is not None else count[1]
        if time.monotonic() - self._last >= self._period:
            self._print()

    def _start(self, step: str) -> None:  # noqa: ARG002
        self._counts = {}
        self._started = self._last = time.monotonic()
        self._print()

    def _stop(self) -> None:
        self._print()

    def _print(self) -> None:
        self._last = time.monotonic()
        elapsed = self._last - self._started
        lines = [f" {self.step} ".center(80, "-")]
        for name, (done, total) in self._counts.items():
            of = f"/{total} ({(done or 0) / total:.1%})" if total else ""
            lines.append(f"{name}: {done}{of} | Time: {elapsed:.2f}s | Rate: {(done or 0) / max(elapsed, 1e-9):.2f}/s")
        text = "\n".join(lines)
        if isinstance(self._logger, logging.Logger):
            self._logger.log(self._level, text)
        else:
            stream: TextIO = self._logger or sys.stdout
            stream.write(text + "\n")


class TqdmCollector(Collector):
    """Bars drawn by tqdm."""

    def __init__(self, single_bar: bool = False, **tqdm_kwargs: Any) -> None:
        super().__init__()
        try:
            import tqdm  # pyright: ignore[reportMissingModuleSource]
        except ImportError:
            feature = "`progress='tqdm'`"
            raise MissingDependencyException(feature, ["tqdm"]) from None
        self._tqdm: Any = tqdm.tqdm
        self._single = single_bar
        self._settings = tqdm_kwargs
        self._bars: dict[str, Any] = {}

    def update(self, name: str, inc: int = 1, total: int | None = None, **labels: Any) -> None:
        """Draw the bar."""
        del labels
        if name not in self._bars:
            if self._single and self._bars:
                return
            self._bars[name] = self._tqdm(desc=name, total=total, leave=False, **self._settings)
        bar = self._bars[name]
        if total is not None and bar.total != total:
            bar.total = total
        bar.update(inc)

    def _stop(self) -> None:
        for bar in self._bars.values():
            bar.close()
        self._bars.clear()


class RichCollector(Collector):
    """Bars drawn by rich."""

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        try:
            import rich.progress as rich_progress  # pyright: ignore[reportMissingImports]
        except ImportError:
            feature = "`progress='rich'`"
            raise MissingDependencyException(feature, ["rich"]) from None
        self._rich: Any = rich_progress
        self._settings = settings
        self._progress: Any = None
        self._tasks: dict[str, Any] = {}

    def update(self, name: str, inc: int = 1, total: int | None = None, **labels: Any) -> None:
        """Draw the bar."""
        del labels
        if self._progress is not None:
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, total=total)
            self._progress.update(self._tasks[name], advance=inc, **({"total": total} if total is not None else {}))

    def _start(self, step: str) -> None:
        self._progress = self._rich.Progress(**self._settings)
        self._progress.start()
        self._progress.console.print(step)

    def _stop(self) -> None:
        self._progress.stop()
        self._progress = None
        self._tasks.clear()


class EnlightenCollector(Collector):
    """Bars drawn by enlighten, with room for log messages above them."""

    def __init__(self, single_bar: bool = False, **settings: Any) -> None:
        super().__init__()
        try:
            import enlighten  # pyright: ignore[reportMissingImports]
        except ImportError:
            feature = "`progress='enlighten'`"
            raise MissingDependencyException(feature, ["enlighten"]) from None
        self._enlighten: Any = enlighten
        self._single = single_bar
        self._settings = settings
        self._manager: Any = None
        self._status: Any = None
        self._bars: dict[str, Any] = {}

    def update(self, name: str, inc: int = 1, total: int | None = None, **labels: Any) -> None:
        """Draw the bar."""
        del labels
        if self._manager is None:
            return
        if name not in self._bars:
            if self._single and self._bars:
                return
            self._bars[name] = self._manager.counter(desc=name, total=total, leave=True, force=True, **self._settings)
        bar = self._bars[name]
        if total is not None:
            bar.total = total
        bar.update(inc)

    def _start(self, step: str) -> None:
        self._manager = self._enlighten.get_manager(enabled=True)
        self._status = self._manager.status_bar(leave=True, justify=self._enlighten.Justify.CENTER, fill="=")
        self._status.update(step)

    def _stop(self) -> None:
        self._status.close()
        for bar in self._bars.values():
            bar.close()
        self._bars.clear()
        self._manager.stop()
        self._manager = None


class AliveCollector(Collector):
    """Bars drawn by alive_progress; it shows one at a time well."""

    def __init__(self, single_bar: bool = True, **settings: Any) -> None:
        super().__init__()
        try:
            import alive_progress  # pyright: ignore[reportMissingImports]
        except ImportError:
            feature = "`progress='alive_progress'`"
            raise MissingDependencyException(feature, ["alive-progress"]) from None
        self._alive_bar: Any = alive_progress.alive_bar
        self._single = single_bar
        self._settings = settings
        self._open = contextlib.ExitStack()
        self._bars: dict[str, Any] = {}

    def update(self, name: str, inc: int = 1, total: int | None = None, **labels: Any) -> None:
        """Draw the bar."""
        del labels
        if name not in self._bars:
            if self._single and self._bars:
                return
            title = name if self._bars else f"{self.step}: {name}"
            self._bars[name] = self._open.enter_context(self._alive_bar(total=total, title=title, **self._settings))
        if inc > 0:
            self._bars[name](inc)

    def _stop(self) -> None:
        self._open.close()
        self._bars.clear()


def log(log_period: float = 1.0, logger: Any = None, log_level: int = logging.INFO, **options: Any) -> Collector:
    """Lines in a log."""
    return LogCollector(log_period, logger, log_level, **options)


def tqdm(single_bar: bool = False, **options: Any) -> Collector:
    """Bars drawn by tqdm."""
    return TqdmCollector(single_bar, **options)


def rich(**options: Any) -> Collector:
    """Bars drawn by rich."""
    return RichCollector(**options)


def enlighten(single_bar: bool = False, **options: Any) -> Collector:
    """Bars drawn by enlighten."""
    return EnlightenCollector(single_bar, **options)


def alive_progress(single_bar: bool = True, **options: Any) -> Collector:
    """Bars drawn by alive_progress."""
    return AliveCollector(single_bar, **options)


def collector_of(progress: Any) -> Collector:
    """A collector from its name, or itself."""
    if progress is None:
        return Collector()
    if isinstance(progress, str):
        known: dict[str, Callable[[], Collector]] = {
            "log": log,
            "tqdm": tqdm,
            "rich": rich,
            "enlighten": enlighten,
            "alive_progress": alive_progress,
        }
        if progress not in known:
            raise ValueErrorWithKnownValues("progress", progress, known)
        return known[progress]()
    return progress
