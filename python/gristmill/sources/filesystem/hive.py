"""Columns that a file's place tells: partitions in hive's way of naming folders."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import unquote

from gristmill.exceptions import ConfigurationValueError

_DEFAULT = "__HIVE_DEFAULT_PARTITION__"
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def partitions(relative_path: str, types: bool | dict[str, str] = True) -> dict[str, Any]:
    """The columns that the folders of a path name: digits are integers, ISO dates are dates, anything else is text.

    `types` says otherwise for some of them: `text`, `bigint` or `date`.

    >>> partitions("year=2024/month=01/region=eu%20west/a.csv")
    {'year': 2024, 'month': 1, 'region': 'eu west'}
    >>> partitions("shop=007/a.csv", {"shop": "text"})
    {'shop': '007'}
    """
    found: dict[str, Any] = {}
    for folder in relative_path.split("/")[:-1]:
        name, mark, value = folder.partition("=")
        if mark and name:
            wanted = types.get(unquote(name)) if isinstance(types, dict) else None
            found[unquote(name)] = _typed(unquote(name), unquote(value), wanted)
    return found


def _typed(name: str, text: str, wanted: str | None) -> Any:
    if text == _DEFAULT:
        return None
    if wanted not in (None, "text", "bigint", "date"):
        message = f"the partition `{name}` cannot be of type `{wanted}`"
        raise ConfigurationValueError(message, hint="the types of partitions are `text`, `bigint` and `date`")
    try:
        if wanted == "bigint" or (wanted is None and _INTEGER.fullmatch(text)):
            return int(text)
        if wanted == "date" or (wanted is None and _DATE.fullmatch(text)):
            return dt.date.fromisoformat(text)
    except ValueError:
        if wanted is not None:
            message = f"the partition `{name}={text}` is no `{wanted}`"
            raise ConfigurationValueError(message) from None
    return text


def for_core(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns as the core takes them."""
    return {k: {"date": v.isoformat()} if isinstance(v, dt.date) else v for k, v in columns.items()}
