"""The order in which one value is looked for.

First with the pipeline's name as outermost section, through all providers; then without. Within a provider the most
specific sections come first: `sources.<module>.<name>`, `sources.<module>`, `sources.<name>`, `sources`, none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill import context
from gristmill.configuration.providers import providers
from gristmill.exceptions import ValueNotSecretException

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gristmill.configuration.providers import Provider


class Found(NamedTuple):
    """A value (or None), and the keys that were tried on the way as (provider, key)."""

    value: Any
    tried: list[tuple[str, str]]
    provider: str | None = None


def section_paths(sections: tuple[str, ...], embedded: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The sections to look in, the most specific first.

    >>> section_paths(("sources", "shop", "orders"))
    [('sources', 'shop', 'orders'), ('sources', 'shop'), ('sources', 'orders'), ('sources',), ()]
    """
    # The last of the nested names is the section of the value itself and stays to the end.
    own = embedded[-1:]
    names = sections + embedded[:-1]
    paths = [names[:size] + own for size in range(len(names), -1, -1)]
    if len(sections) >= 3 and sections[0] == "sources" and sections[1] != sections[2]:  # noqa: PLR2004
        compact = (sections[0], sections[2], *embedded)
        if compact not in paths:
            paths.insert(2, compact)
    return paths


def _attempts(
    key: str, pipeline_name: str | None, sections: tuple[str, ...], embedded: tuple[str, ...]
) -> Iterator[tuple[Provider, tuple[str, ...]]]:
    paths = section_paths(sections, embedded)
    for prefix in ((pipeline_name,), ()) if pipeline_name else ((),):
        for provider in providers():
            if not provider.is_empty():
                for path in paths:
                    yield provider, tuple(name for name in (*prefix, *path, key) if name)


def lookup(
    key: str, *, secret: bool = False, embedded: tuple[str, ...] = (), sections: tuple[str, ...] | None = None
) -> Found:
    """Look for `key` within the sections that are current, or in those given."""
    around = context.sections.get()
    tried: list[tuple[str, str]] = []
    chosen = around.sections if sections is None else sections
    for provider, path in _attempts(key, around.pipeline_name, tuple(s for s in chosen if s), embedded):
        value = provider.get(path, secret=secret)
        name = provider.key(path)
        if value is not None and secret and not provider.holds_secrets:
            raise ValueNotSecretException(provider.name, name)
        if provider.holds_secrets or not secret:
            tried.append((provider.name, name))
        if value is not None:
            _note(key, path, provider.name, secret=secret)
            if secret:
                _remember(value)
            return Found(value, tried, provider.name)
    return Found(None, tried)


_SHORTEST_SECRET, _MOST_SECRETS = 6, 1000
# In the order in which they were met; what is short stands in too many texts by chance.
_secrets: dict[str, None] = {}


def without_secrets(text: str) -> str:
    """The text without secrets that were found in the configuration so far; an error of the user's may quote one."""
    for value in list(_secrets):
        text = text.replace(value, "***")
    return text


def _remember(value: Any) -> None:
    if isinstance(value, str) and len(value) >= _SHORTEST_SECRET and len(_secrets) < _MOST_SECRETS:
        _secrets[value] = None


# The trace of a run tells which settings were found and where, once each, and never a value.
def _note(key: str, path: tuple[str, ...], provider: str, *, secret: bool) -> None:
    noted = context.resolved.get()
    if noted is None:
        return
    found = {"key": key, "is_secret_hint": secret, "sections": list(path[:-1]), "provider_name": provider}
    if found not in noted:
        noted.append(found)
