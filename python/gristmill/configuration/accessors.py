"""`dlt.config["a.b"]` and `dlt.secrets["a.b"]`: single values by their full key."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from gristmill.configuration import providers
from gristmill.configuration.coerce import coerced, guessed
from gristmill.configuration.inject import ConfigValue, SecretValue
from gristmill.exceptions import ConfigFieldMissingException

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


class Accessor:
    """Values by their dotted key, through the providers in order."""

    def __init__(self, name: str, *, secret: bool) -> None:
        self._name = name
        self._secret = secret

    @property
    def value(self) -> Any:
        """The default for an argument that configuration must fill."""
        return SecretValue if self._secret else ConfigValue

    def _find(self, field: str) -> tuple[Any, list[tuple[str, str]]]:
        path = tuple(field.split("."))
        tried: list[tuple[str, str]] = []
        for provider in providers.providers():
            if provider.is_empty() or (self._secret and not provider.holds_secrets):
                continue
            tried.append((provider.name, provider.key(path)))
            found = provider.get(path, secret=self._secret)
            if found is not None:
                return found, tried
        return None, tried

    def __getitem__(self, field: str) -> Any:
        found, tried = self._find(field)
        if found is None:
            missing = ConfigFieldMissingException(self._name, {field: tried})
            # What dlt calls the specification of a value that belongs to none.
            missing.spec_name = "BaseConfiguration"
            raise missing
        return guessed(found) if isinstance(found, str) else found

    def get(self, field: str, expected_type: Any = None) -> Any:
        """The value or None, as `expected_type` when one is given."""
        found, _ = self._find(field)
        return found if found is None or expected_type is None else coerced(field, found, expected_type)

    def __setitem__(self, field: str, value: Any) -> None:
        self._written.set(tuple(field.split(".")), value)

    def __contains__(self, field: str) -> bool:
        return self._find(field)[0] is not None

    @contextlib.contextmanager
    def values(self, values: Mapping[str, Any]) -> Generator[None]:
        """Set values for a while."""
        before = self._written.snapshot()
        try:
            for field, value in values.items():
                self[field] = value
            yield
        finally:
            self._written.restore(before)

    @staticmethod
    def register_provider(provider: providers.Provider) -> None:
        """Add a place of your own, asked after the others."""
        providers.register_provider(provider)

    @property
    def _written(self) -> providers.TomlProvider:
        return providers.secrets_toml if self._secret else providers.config_toml

    def __repr__(self) -> str:
        places = ", ".join(p.name for p in providers.providers() if p.holds_secrets or not self._secret)
        return f"{self._name}(from {places})"


config = Accessor("dlt.config", secret=False)
secrets = Accessor("dlt.secrets", secret=True)
