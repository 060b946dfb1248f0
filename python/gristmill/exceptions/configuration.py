"""Errors of configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.exceptions.error import DltException, TerminalException

if TYPE_CHECKING:
    from collections.abc import Iterable


class ConfigurationException(DltException, TerminalException):
    """Anything wrong with configuration."""

    kind = "config"


class ConfigurationValueError(ConfigurationException, ValueError):
    """Values that are present but do not fit together."""


class ConfigFieldMissingException(KeyError, ConfigurationException):
    """Values that nothing provides; the message lists each key that was tried, once."""

    kind = "config-missing"

    def __init__(self, spec_name: str, traces: dict[str, list[tuple[str, str]]]) -> None:
        self.spec_name = spec_name
        self.traces = traces
        self.fields = list(traces)
        names = ", ".join(f"`{name}`" for name in traces)
        lines = [f"missing configuration for {names} of `{spec_name}`"]
        for name, tried in traces.items():
            lines.append(f"  `{name}` was looked for, in this order:")
            provider = None
            for provider_name, key in dict.fromkeys(tried):
                if provider_name != provider:
                    lines.append(f"    in {provider_name}:")
                    provider = provider_name
                lines.append(f"      {key}")
        self._text = "\n".join(lines)
        ConfigurationException.__init__(self, self._text)
        self.hint = "set one of these keys, or pass the value as an argument"
        self.suggest(key for tried in traces.values() for _, key in tried)

    def suggest(self, tried: Iterable[str]) -> None:
        """Point at keys that are set and look like one of these."""
        from gristmill.configuration.suggest import near_keys

        if near := near_keys(tried):
            names = ", ".join(f"`{key}` in {provider}" for provider, key in near)
            self.hint = f"did you mean {names}? Else set one of these keys, or pass the value as an argument"

    def __str__(self) -> str:
        return f"{self._text}\nhint: {self.hint}"


class ConfigValueCannotBeCoercedException(ConfigurationValueError):
    """A configured value has another type than the one asked for. The value itself is not shown: it may be secret."""

    kind = "config-type"

    def __init__(self, field_name: str, expected: Any) -> None:
        self.field_name = field_name
        self.expected = expected
        wanted = getattr(expected, "__name__", str(expected))
        super().__init__(f"the configured value of `{field_name}` cannot be read as `{wanted}`")


class ConfigProviderException(ConfigurationException):
    """A place that provides configuration cannot be read."""

    kind = "config-file"


class ValueNotSecretException(ConfigurationException):
    """A secret stands in a file that is not meant for secrets."""

    kind = "config-secret"

    def __init__(self, provider_name: str, key: str) -> None:
        self.provider_name = provider_name
        self.key = key
        super().__init__(
            f"`{key}` is a secret but was found in {provider_name}",
            hint="move it to secrets.toml or to an environment variable",
        )


class InvalidNativeValue(ConfigurationException):
    """A value in its short form (a connection string, say) cannot be read."""


class InvalidConnectionString(ConfigurationException):
    """A connection string that is none."""


class WorkspaceRunContextNotAvailable(ConfigurationException):
    """There is no workspace in this folder."""

    def __init__(self, run_dir: str) -> None:
        self.run_dir = run_dir
        super().__init__(f"`{run_dir}` is no workspace", hint="an empty file `.dlt/.workspace` makes it one")


class DictValidationException(DltException):
    """A dict that is not what it should be; `path` says where, `field` is the key."""

    kind = "dict"

    def __init__(
        self,
        msg: str,
        path: str,
        expected_type: Any = None,
        field: str | None = None,
        value: Any = None,
        nested_exceptions: list[DictValidationException] | None = None,
        *,
        hint: str | None = None,
    ) -> None:
        self.msg = msg
        self.path = path
        self.expected_type = expected_type
        self.field = field
        self.value = value
        self.nested_exceptions = nested_exceptions
        super().__init__(msg, hint=hint)
