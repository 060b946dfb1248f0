"""What is wrong with a configuration: all of it at once, each with its path and the key that was meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.exceptions import DictValidationException

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(NamedTuple):
    """One thing that is wrong."""

    path: str
    message: str
    hint: str | None = None


class InvalidRESTAPIConfig(DictValidationException, ValueError):
    """A configuration that cannot work. `path` and `field` are those of the first problem, `problems` has them all."""

    kind = "rest-api-config"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        if len(problems) == 1:
            text, hint = f"rest_api config: {_line(first)}", first.hint
        else:
            lines = [f"rest_api config: {len(problems)} things are wrong"]
            for problem in problems:
                lines.append(f"  {_line(problem)}")
                if problem.hint:
                    lines.append(f"    hint: {problem.hint}")
            text, hint = "\n".join(lines), None
        super().__init__(text, first.path, field=first.path.rsplit(".", 1)[-1], hint=hint)


def _line(problem: Problem) -> str:
    return f"`{problem.path}` {problem.message}"


def invalid(path: str, message: str, hint: str | None = None) -> InvalidRESTAPIConfig:
    """The error for one problem."""
    return InvalidRESTAPIConfig([Problem(path, message, hint)])


def nearest(name: Any, known: Iterable[str]) -> str | None:
    """The known name that was probably meant.

    >>> nearest("pagnator", ["paginator", "path"])
    'paginator'
    """
    found = difflib.get_close_matches(str(name).lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: Any, known: Iterable[str]) -> str:
    """A hint: the nearest name, or all of them."""
    options = list(known)
    near = nearest(name, options)
    return f"did you mean `{near}`?" if near else f"it may be one of: {', '.join(f'`{o}`' for o in options)}"


def misspelt_type(given: Iterable[Any], path: str, others: Iterable[str] = ()) -> Problem | None:
    """The problem with a dict that has no `type`, but a key that is nearly that and none of the `others`.

    >>> misspelt_type(["tpye", "limit"], "client.paginator").path
    'client.paginator.tpye'
    """
    keys = set(given)
    meant = next((key for key in given if "type" not in keys and key not in others and nearest(key, ["type"])), None)
    return None if meant is None else Problem(f"{path}.{meant}", "is not a known key", "did you mean `type`?")
