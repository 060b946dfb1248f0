"""The processes that live stories, and how one is asked for an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from story import Story  # noqa: TC002

HERE = Path(__file__).parent


class Peer:
    """One process; use it as a context, so that it ends with its block."""

    def __init__(self, name: str, python: str = sys.executable) -> None:
        self.process = subprocess.Popen(
            [python, str(HERE / "worker.py"), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("PARITY_TRACE") else subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )

    def ask(self, story: Story) -> None:
        """Let it begin a story."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(story) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """How the story ended."""
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def both(dlt: Peer, gristmill: Peer, story: Story) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each peer's outcome of one story, lived at the same time."""
    dlt.ask(story)
    gristmill.ask(story)
    return dlt.answer(), gristmill.answer()
