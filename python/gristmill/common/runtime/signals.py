"""Signals that end a program, for code that works in steps and wants to end between two of them."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any

from gristmill.exceptions import SignalReceivedException

if TYPE_CHECKING:
    from collections.abc import Generator

_woken = threading.Event()
_received: list[int] = []


def raise_if_signalled() -> None:
    """End here, when a signal came."""
    if _received:
        raise exception_for_signal()


def exception_for_signal() -> BaseException:
    """What the signal that came is raised as."""
    return KeyboardInterrupt() if _received[-1] == signal.SIGINT else SignalReceivedException(_received[-1])


def was_signal_received() -> bool:
    """Whether a signal came."""
    return bool(_received)


def set_received_signal(sig: int) -> None:
    """Note a signal."""
    _received.append(sig)
    _woken.set()


def sleep(sleep_seconds: float) -> None:
    """Sleep, until the time is over or a signal comes."""
    _woken.wait(sleep_seconds)
    raise_if_signalled()


def wake_all() -> None:
    """End all sleeps."""
    _woken.set()


@contextlib.contextmanager
def intercepted_signals() -> Generator[None]:
    """Note SIGINT and SIGTERM instead of ending at once. In other threads than the main one nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(sig: int, frame: Any) -> None:
        del frame
        if _received:
            # The second one means it.
            raise exception_for_signal()
        set_received_signal(sig)

    before = {s: signal.signal(s, note) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for s, handler in before.items():
            signal.signal(s, handler)
        _received.clear()
        _woken.clear()


delayed_signals = intercepted_signals
