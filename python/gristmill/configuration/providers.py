"""Where configuration comes from: the environment, `secrets.toml`, `config.toml`, in this order.

The toml files of the project (`.dlt/` in the working directory) lie over those of the user (`~/.dlt/`).
Nothing is read before the first value is asked for, and a file that changed is read again.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Protocol, cast

from gristmill.configuration.workspace import global_dir, profile, settings_dir
from gristmill.exceptions import ConfigProviderException

SECRETS_FOLDER = Path("/run/secrets")

Document = dict[str, Any]


class Provider(Protocol):
    """One place that may hold values."""

    name: str
    holds_secrets: bool

    def key(self, path: tuple[str, ...]) -> str:
        """The name a value has in this place."""
        ...

    def get(self, path: tuple[str, ...], *, secret: bool) -> Any | None:
        """The value, or None."""
        ...

    def is_empty(self) -> bool:
        """Whether there is nothing to look at, so that errors need not name this place."""
        ...


class EnvironProvider:
    """Environment variables, `SOURCES__AMAZON__API_KEY` for `sources.amazon.api_key`; secrets also as mounted files."""

    name = "Environment Variables"
    holds_secrets = True

    def key(self, path: tuple[str, ...]) -> str:
        """Sections joined by two underscores, in capitals."""
        return "__".join(path).upper()

    def get(self, path: tuple[str, ...], *, secret: bool) -> Any | None:
        """The variable, or the file that a container runtime mounted for a secret."""
        key = self.key(path)
        if secret:
            label = key.lower().replace("_", "-")
            mounted = SECRETS_FOLDER / label
            try:
                return (mounted / label if mounted.is_dir() else mounted).read_text("utf-8")
            except OSError:
                pass
        return os.environ.get(key)

    def is_empty(self) -> bool:
        """The environment always counts as a place to look."""
        return not os.environ


class TomlProvider:
    """One toml file of the project, over the one of the same name of the user; writable in memory."""

    def __init__(self, file_name: str, *, holds_secrets: bool) -> None:
        self.name = file_name
        self.file_name = file_name
        self.holds_secrets = holds_secrets
        self._written: Document = {}
        self._cache: tuple[tuple[Any, ...], Document] | None = None

    def locations(self) -> list[Path]:
        """The files that are read, the weaker one first."""
        user, project = global_dir(), settings_dir()
        chosen = profile()
        names = [self.file_name] if chosen is None else [self.file_name, f"{chosen}.{self.file_name}"]
        folders = [user, project] if user.absolute() != project.absolute() else [project]
        return [folder / name for folder in folders for name in names]

    def document(self) -> Document:
        """Both files laid over one another, and what was set by the program over them."""
        stamps: list[Any] = []
        for path in self.locations():
            try:
                stat = path.stat()
                stamps.append((str(path.absolute()), stat.st_mtime_ns, stat.st_size))
            except OSError:
                stamps.append(None)
        stamp = tuple(stamps)
        if self._cache is None or self._cache[0] != stamp:
            merged: Document = {}
            for path, seen in zip(self.locations(), stamps, strict=True):
                if seen is not None:
                    merged = overlaid(merged, _read(path))
            self._cache = (stamp, merged)
        return overlaid(self._cache[1], self._written) if self._written else self._cache[1]

    def key(self, path: tuple[str, ...]) -> str:
        """Sections joined by dots."""
        return ".".join(path)

    def get(self, path: tuple[str, ...], *, secret: bool) -> Any | None:
        """The value at the path; a table comes as a dict."""
        del secret
        value: Any = self.document()
        for name in path:
            if not isinstance(value, dict):
                return None
            value = cast("Document", value).get(name)
            if value is None:
                return None
        return value

    def set(self, path: tuple[str, ...], value: Any) -> None:
        """Set a value for this process."""
        nested: Any = value
        for name in reversed(path):
            nested = {name: nested}
        self._written = overlaid(self._written, nested)

    def snapshot(self) -> Document:
        """What was set so far, to go back to."""
        return self._written

    def restore(self, snapshot: Document) -> None:
        """Forget what was set since."""
        self._written = snapshot

    def is_empty(self) -> bool:
        """No file, nothing set."""
        return not self.document()


def overlaid(below: Document, above: Document) -> Document:
    """`above` laid over `below`, table by table."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[name] = overlaid(cast("Document", old), cast("Document", value))
        else:
            merged[name] = value
    return merged


def _read(path: Path) -> Document:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        # The parser's message names line and column, and quotes no value.
        problem = ConfigProviderException(f"`{path}` is not valid toml: {error}")
        problem.file = str(path)
        raise problem from None
    except UnicodeDecodeError:
        message = f"`{path}` is not UTF-8 text"
        raise ConfigProviderException(message) from None


environ = EnvironProvider()
secrets_toml = TomlProvider("secrets.toml", holds_secrets=True)
config_toml = TomlProvider("config.toml", holds_secrets=False)
_providers: list[Provider] = [environ, secrets_toml, config_toml]


def providers() -> list[Provider]:
    """All places, the strongest first."""
    return list(_providers)


def register_provider(provider: Provider) -> None:
    """Add a place of your own, asked after the others."""
    _providers.append(provider)
