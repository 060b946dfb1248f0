"""Checks that shapes are put together from: of a kind, one of a few words, a dict of them, a list of them.

A check adds to the list of problems what it does not like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from gristmill.sources.rest_api.problems import Problem, nearest

Check = Callable[[Any, str, list[Problem]], None]

_KINDS = {str: "a string", int: "an integer", bool: "true or false", dict: "a dict", list: "a list", float: "a number"}


def kind_of(value: Any) -> str:
    """What a value is, in words, without the value."""
    named = next((name for kind, name in _KINDS.items() if type(value) is kind), None)
    return "empty (None)" if value is None else named or f"a `{type(value).__name__}`"


def wrong(value: Any, wanted: str, path: str, problems: list[Problem], hint: str | None = None) -> None:
    """Say that a value is of another kind than the one that is wanted."""
    problems.append(Problem(path, f"is {kind_of(value)}, but must be {wanted}", hint))


def of_kind(kind: type | tuple[type, ...], wanted: str) -> Check:
    """An instance of a class."""

    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, kind):
            wrong(value, wanted, path, problems)

    return check


def one_of(*known: str) -> Check:
    """One of a few words; another word is shown."""

    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if value not in known:
            shown = f"`{value}`" if isinstance(value, str) else kind_of(value)
            options = ", ".join(f"`{k}`" for k in known)
            near = nearest(value, known)
            problems.append(
                Problem(path, f"is {shown}, but must be one of {options}", f"did you mean `{near}`?" if near else None)
            )

    return check


def or_function(inner: Check) -> Check:
    """A function, or what `inner` likes."""

    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not callable(value):
            inner(value, path, problems)

    return check


def table(inner: Check | None = None) -> Check:
    """A dict with strings as keys, and values that `inner` likes."""

    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, Mapping):
            wrong(value, "a dict", path, problems)
            return
        for key, entry in cast("Mapping[Any, Any]", value).items():
            if not isinstance(key, str):
                problems.append(Problem(path, f"has the key `{key}`, but keys are strings"))
            elif inner is not None and entry is not None:
                inner(entry, f"{path}.{key}", problems)

    return check


def each(inner: Check) -> Check:
    """A list of what `inner` likes."""

    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, list):
            wrong(value, "a list", path, problems)
            return
        for index, entry in enumerate(cast("list[Any]", value)):
            inner(entry, f"{path}[{index}]", problems)

    return check


def anything(value: Any, path: str, problems: list[Problem]) -> None:
    """Whatever it is."""
    del value, path, problems
