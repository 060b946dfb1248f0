"""Keys that are set and look like one that was looked for: what a typo leaves. Only keys are read, never values."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING, Any, cast

from gristmill.configuration import providers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALIKE = 0.8
SHOWN = 3


def near_keys(tried: Iterable[str]) -> list[tuple[str, str]]:
    """Up to three keys that are set, as (provider, key), each close to one of those that were tried."""
    wanted = {_plain(key) for key in tried}
    scored: list[tuple[float, str, str]] = []
    for provider, key in _set_keys():
        score = max((difflib.SequenceMatcher(None, _plain(key), other).ratio() for other in wanted), default=0.0)
        if score >= ALIKE and _same_leaf(key, wanted):
            scored.append((score, provider, key))
    scored.sort(key=lambda entry: (-entry[0], entry[2]))
    return [(provider, key) for _, provider, key in scored[:SHOWN]]


def _plain(key: str) -> str:
    return key.lower().replace("__", ".")


def _same_leaf(key: str, wanted: set[str]) -> bool:
    # `A__NAME` is no typo of `A__PORT`: the last part must be close as well.
    leaf = _plain(key).rsplit(".", 1)[-1]
    leaves = {other.rsplit(".", 1)[-1] for other in wanted}
    return bool(difflib.get_close_matches(leaf, leaves, 1, ALIKE))


def _set_keys() -> Iterator[tuple[str, str]]:
    for name in os.environ:
        yield "Environment Variables", name
    for provider in (providers.secrets_toml, providers.config_toml):
        for key in _leaves(provider.document(), ()):
            yield provider.name, key


def _leaves(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(cast("dict[str, Any]", value), (*path, name))
        else:
            yield ".".join((*path, name))
