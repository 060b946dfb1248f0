"""Work in child processes that are cheap: forked from one that has everything imported and has opened nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 60
ERROR_CHARACTERS = 600


@dataclass
class Ended:
    """How a child ended."""

    signal: int = 0
    stuck: bool = False
    value: Any = None
    error: str = ""


def in_child(work: Callable[[], Any], kill_after_s: float | None = None) -> Ended:
    """Run `work` in a forked child and wait for it, or kill it before; what it returns must be plain data."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            outcome = {"value": work()}
        except BaseException:  # a child tells whatever ended it
            outcome = {"error": traceback.format_exc()[-ERROR_CHARACTERS:]}
        with contextlib.suppress(BaseException), os.fdopen(writer, "w") as out:
            json.dump(outcome, out)
        os._exit(0)
    os.close(writer)
    ended = Ended()
    previous = signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    began = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_S if kill_after_s is None else kill_after_s)
    try:
        with os.fdopen(reader) as answer:
            text = answer.read()
        _, status = os.waitpid(pid, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    if os.WIFSIGNALED(status):
        ended.signal = os.WTERMSIG(status)
        ended.stuck = time.monotonic() - began > PATIENCE_S - 1
    elif text:
        told = json.loads(text)
        ended.value, ended.error = told.get("value"), told.get("error", "")
    else:
        ended.error = "it told nothing"
    return ended
