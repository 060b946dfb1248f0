"""The root of all errors, and the errors that belong to no part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class DltException(Exception):
    """The root of all errors raised by gristmill's Python side."""

    kind: str = "error"
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
        self.message = message
        self.hint = hint

    def attrs(self) -> dict[str, Any]:
        """Public attributes, as they are kept in a trace."""
        return {k: v for k, v in vars(self).items() if not k.startswith("_") and not callable(v)}


class TerminalException(BaseException):
    """Marks errors that a retry does not mend."""


class TransientException(BaseException):
    """Marks errors that a retry may mend."""


class TerminalValueError(ValueError, TerminalException):
    """A value that no retry will make valid."""


class ValueErrorWithKnownValues(ValueError):
    """A value outside the few that are known."""

    def __init__(self, name: str, value: Any, known: Iterable[Any]) -> None:
        self.value_received = value
        self.valid_values = list(known)
        options = ", ".join(f"`{v}`" for v in self.valid_values)
        super().__init__(f"`{name}` is `{value}`, but it must be one of: {options}")


class MissingDependencyException(DltException, ImportError):
    """A package that this feature needs is not installed."""

    kind = "missing-dependency"

    def __init__(self, caller: str, dependencies: Sequence[str], appendix: str = "") -> None:
        self.caller = caller
        self.dependencies = list(dependencies)
        needed = " ".join(f'"{d}"' for d in dependencies)
        text = f"{caller} needs packages that are not installed: {', '.join(dependencies)}"
        super().__init__(f"{text}\n{appendix}" if appendix else text, hint=f"pip install {needed}")


class SignalReceivedException(KeyboardInterrupt, TerminalException):
    """A signal asked the program to end."""

    def __init__(self, signal_code: int) -> None:
        self.signal_code = signal_code
        super().__init__(f"signal {signal_code} received")


class VenvNotFound(DltException):
    """There is no virtual environment in this folder."""

    def __init__(self, interpreter: str) -> None:
        self.interpreter = interpreter
        super().__init__(f"there is no virtual environment with interpreter `{interpreter}`")


class CannotInstallDependencies(DltException):
    """Packages could not be installed into an environment."""

    def __init__(self, dependencies: Sequence[str], interpreter: str, output: str) -> None:
        self.dependencies = list(dependencies)
        self.interpreter = interpreter
        super().__init__(f"{', '.join(dependencies)} cannot be installed into `{interpreter}`: {output.strip()}")


class ArgumentsOverloadException(DltException):
    """Arguments that do not go together."""

    def __init__(self, func_name: str, *args: str) -> None:
        self.func_name = func_name
        super().__init__(f"the arguments of `{func_name}` do not go together{': ' if args else ''}{'; '.join(args)}")
