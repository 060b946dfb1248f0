"""What was asked for, cleaned, and cut to the size that one request may have."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

from gristmill.sources.amazon.problems import AmazonError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def words(name: str, given: Any) -> list[str]:
    """A text (commas separate, as they do for the API) or a list of texts: without spaces around, each once, in order.

    >>> words("keywords", "samsung, tv"), words("identifiers", ["B01", " B02", "B01"])
    (['samsung', 'tv'], ['B01', 'B02'])

    A list may come as JSON, which is how an environment variable holds one.
    """
    if given is None:
        return []
    parts: Iterable[Any] = texts(given)
    found: dict[str, None] = {}
    for part in parts:
        if not isinstance(part, str):
            message = f"`{name}` holds a `{type(part).__name__}`, where texts were expected"
            raise AmazonError(message, hint="write identifiers in quotes: zeros at their beginning count")
        found.update((word.strip(), None) for word in part.split(",") if word.strip())
    return list(found)


def texts(given: Any) -> list[Any]:
    """A text or a list of texts as a list; a text that is a list in JSON is that list.

    >>> texts("blue, red"), texts('["blue", "red"]'), texts(None)
    (['blue, red'], ['blue', 'red'], [])
    """
    if not isinstance(given, str):
        return list(given or ())
    if given.lstrip().startswith("["):
        try:
            return list(json.loads(given))
        except ValueError:
            pass
    return [given]


def batches(values: Sequence[str], size: int) -> list[list[str]]:
    """The values in order, at most `size` together.

    >>> batches(["a", "b", "c"], 2)
    [['a', 'b'], ['c']]
    """
    return [list(values[at : at + size]) for at in range(0, len(values), size)]


def one_of(name: str, value: str, known: Sequence[str]) -> str:
    """The known spelling of a value, whatever its capitals; an error with the one that was meant otherwise."""
    by_lower = {each.lower(): each for each in known}
    if value.lower() in by_lower:
        return by_lower[value.lower()]
    close = difflib.get_close_matches(value.lower(), by_lower, 1, 0.5)
    options = ", ".join(f"`{each}`" for each in known)
    hint = f"did you mean `{by_lower[close[0]]}`?" if close else f"it is one of {options}"
    message = f"`{name}` does not know `{value}`"
    raise AmazonError(message, hint=hint)


def shown(values: Sequence[str], most: int = 10) -> str:
    """The first of them, for a message.

    >>> shown(["a", "b", "c"], 2)
    '`a`, `b` and 1 more'
    """
    listed = ", ".join(f"`{value}`" for value in values[:most])
    return listed if len(values) <= most else f"{listed} and {len(values) - most} more"
