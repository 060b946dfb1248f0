"""Places that provide configuration, and a way to add one: `dlt.config.register_provider(CustomLoaderDocProvider(...))`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gristmill.configuration.providers import EnvironProvider, Provider, TomlProvider

if TYPE_CHECKING:
    from collections.abc import Callable

ConfigProvider = Provider

__all__ = ["ConfigProvider", "CustomLoaderDocProvider", "EnvironProvider", "TomlProvider"]


class CustomLoaderDocProvider:
    """Values from a function that returns nested dicts; it is called once, when the first value is asked for.

    >>> provider = CustomLoaderDocProvider("vault", lambda: {"sources": {"shop": {"key": "k"}}})
    >>> provider.get(("sources", "shop", "key"), secret=True)
    'k'
    """

    def __init__(self, name: str, loader: Callable[[], dict[str, Any]], supports_secrets: bool = True) -> None:
        self.name = name
        self.holds_secrets = supports_secrets
        self._loader = loader
        self._document: dict[str, Any] | None = None

    def key(self, path: tuple[str, ...]) -> str:
        """Sections joined by dots."""
        return ".".join(path)

    def get(self, path: tuple[str, ...], *, secret: bool) -> Any | None:
        """The value at the path."""
        del secret
        if self._document is None:
            self._document = self._loader()
        found: Any = self._document
        for name in path:
            if not isinstance(found, dict):
                return None
            found = cast("dict[str, Any]", found).get(name)
        return found

    def is_empty(self) -> bool:
        """It always counts as a place to look."""
        return False
