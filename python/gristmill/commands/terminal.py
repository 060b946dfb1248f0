"""What a command says and asks at the terminal."""

from __future__ import annotations

import os
import select
import sys
from dataclasses import dataclass
from pathlib import Path


class CommandError(Exception):
    """A command cannot go on, and the text says why; no traceback would tell more."""

    def __init__(self, message: str, *, hint: str | None = None, exit_code: int = 1) -> None:
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
        self.exit_code = exit_code


_STYLES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


@dataclass
class Terminal:
    """The person at the terminal, or a program that reads our output."""

    verbosity: int = 0
    assume_yes: bool = False
    may_ask: bool = True

    def say(self, text: str = "") -> None:
        """Print a line."""
        sys.stdout.write(f"{text}\n")

    def warn(self, text: str) -> None:
        """Print what the user should know."""
        self.say(self.styled(f"WARNING: {text}", "yellow"))

    def error(self, text: str) -> None:
        """Print why the command failed, to the error output."""
        sys.stdout.flush()
        sys.stderr.write(f"error: {text}\n")

    def styled(self, text: str, style: str) -> str:
        """The text in a style, where a terminal shows it."""
        if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
            return text
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"

    def bold(self, text: object) -> str:
        """The text that matters in a line."""
        return self.styled(str(text), "bold")

    @property
    def asks(self) -> bool:
        """Whether somebody is there to answer."""
        return self.may_ask and sys.stdin is not None and sys.stdin.isatty()  # pyright: ignore[reportUnnecessaryComparison]

    def confirm(self, question: str) -> bool:
        """Ask for consent. Without anybody to ask it is not given, unless all is agreed to beforehand."""
        if self.assume_yes:
            return True
        if not self.asks:
            answer = _piped_answer() if self.may_ask else ""
            agreed = answer.lower() in ("y", "yes")
            said = answer or "not confirmed; pass `-y` to agree where nobody can be asked"
            self.say(f"{question} [y/N]: {said}")
            return agreed
        return self._read(f"{question} [y/N]: ").lower() in ("y", "yes")

    def ask(self, what: str, option: str) -> str:
        """Ask for a value that has no default."""
        if not self.asks:
            message = f"{what} is not known, and there is nobody to ask"
            raise CommandError(message, hint=f"pass it with `{option}`", exit_code=2)
        answer = self._read(f"{what}: ")
        if not answer:
            message = f"{what} is needed"
            raise CommandError(message, exit_code=2)
        return answer

    def _read(self, prompt: str) -> str:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        try:
            return sys.stdin.readline().strip()
        except KeyboardInterrupt:
            self.say()
            raise

    def close_output(self) -> None:
        """Let the interpreter end in silence after the reader of our output went away."""
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())


def shown_path(path: str | Path) -> str:
    """A path as one would type it here."""
    full = Path(path).absolute()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(full)


# `echo y | gristmill ...` is an answer; a pipe that says nothing is not waited for.
def _piped_answer() -> str:
    try:
        ready, _, _ = select.select([sys.stdin], [], [], 0)
        return sys.stdin.readline().strip() if ready else ""
    except (OSError, ValueError, TypeError):
        return ""
