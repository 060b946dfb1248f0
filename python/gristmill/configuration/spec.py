"""Groups of configured values as classes: `@configspec class ShopCredentials(CredentialsConfiguration)`.

A spec is a dataclass with defaults. `resolve_configuration(ShopCredentials(), sections=("shop",))` fills what is not
set from the providers, nested specs included, and lists every key tried when a required value is missing.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, MutableMapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Self,
    TypeVar,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from gristmill import context
from gristmill.configuration.coerce import TSecretStrValue, bare, coerced, is_optional, is_secret, is_union
from gristmill.configuration.lookup import lookup
from gristmill.configuration.providers import environ
from gristmill.exceptions import ConfigFieldMissingException, InvalidConnectionString, InvalidNativeValue

if TYPE_CHECKING:
    from collections.abc import Callable

S = TypeVar("S", bound="BaseConfiguration")
C = TypeVar("C")


class BaseConfiguration(MutableMapping[str, Any]):
    """A group of values; also a mapping of them."""

    __section__: ClassVar[str | None] = None
    __is_credentials__: ClassVar[bool] = False

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    @classmethod
    def get_resolvable_fields(cls) -> dict[str, Any]:
        """The fields and their types."""
        hints = get_type_hints(cls, include_extras=True)
        return {n: h for n, h in hints.items() if not n.startswith("_") and get_origin(h) is not ClassVar}

    @classmethod
    def from_init_value(cls, init_value: Any = None) -> Self:
        """An instance from a mapping, a native form or an instance."""
        made = cls()
        if isinstance(init_value, Mapping):
            made.update(cast("Mapping[str, Any]", init_value))
        elif init_value is not None:
            made.parse_native_representation(init_value)
        return made

    def parse_native_representation(self, native_value: Any) -> None:
        """Read the short form (a connection string, say); a class that has one overrides this."""
        del native_value
        raise NotImplementedError

    def to_native_representation(self) -> Any:
        """The short form."""
        raise NotImplementedError

    def on_resolved(self) -> None:
        """Called when all values are there."""

    def on_partial(self) -> None:
        """Called when some are missing; may fill them and call `resolve`."""

    def resolve(self) -> None:
        """Declare the values complete."""
        self.on_resolved()
        self.__dict__["_resolved"] = True

    def is_resolved(self) -> bool:
        """Whether all values are there."""
        return bool(self.__dict__.get("_resolved", False))

    def is_partial(self) -> bool:
        """Whether a required value is missing."""
        return any(
            getattr(self, n, None) is None and not is_optional(h) for n, h in self.get_resolvable_fields().items()
        )

    def copy(self) -> Self:
        """A copy that can be changed without changing this one."""
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        return made

    def __getitem__(self, name: str) -> Any:
        if name not in self.get_resolvable_fields():
            raise KeyError(name)
        return getattr(self, name, None)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def __delitem__(self, name: str) -> None:
        message = "fields of a configuration cannot be deleted"
        raise KeyError(message)

    def __iter__(self) -> Iterator[str]:
        return iter(self.get_resolvable_fields())

    def __len__(self) -> int:
        return len(self.get_resolvable_fields())

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and dict(self) == dict(cast("BaseConfiguration", other))

    def __hash__(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return id(self)

    def __repr__(self) -> str:
        shown = (
            f"{n}={'***' if is_secret(h) and getattr(self, n, None) else repr(getattr(self, n, None))}"
            for n, h in self.get_resolvable_fields().items()
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    __str__ = __repr__


class CredentialsConfiguration(BaseConfiguration):
    """Values that open a door; looked for only where secrets may be."""

    __section__: ClassVar[str | None] = "credentials"
    __is_credentials__: ClassVar[bool] = True

    def to_url(self) -> Any:
        """The credentials as an address."""
        raise NotImplementedError

    def __str__(self) -> str:
        return f"{type(self).__name__}(***)"


def _is_of_the_class(hint: Any) -> bool:
    # Annotations are text where the module says `from __future__ import annotations`.
    if isinstance(hint, str):
        return hint.startswith(("ClassVar", "typing.ClassVar", "t.ClassVar"))
    return hint is ClassVar or get_origin(hint) is ClassVar


@dataclass_transform(kw_only_default=False)
def configspec(cls: type[C] | None = None, init: bool = True) -> Callable[[type[C]], type[C]] | type[C]:
    """Make a class of annotated fields a spec."""

    def decorate(kind: type[C]) -> type[C]:
        for name in kind.__dict__.get("__annotations__", {}):  # noqa: RUF063
            value = kind.__dict__.get(name)
            if _is_of_the_class(kind.__annotations__[name]):
                continue
            if isinstance(value, (list, dict, set, BaseConfiguration)):
                setattr(kind, name, dataclasses.field(default_factory=lambda v=value: v.copy()))  # pyright: ignore[reportUnknownLambdaType, reportUnknownMemberType, reportUnknownArgumentType]
            elif name not in kind.__dict__:
                setattr(kind, name, None)
        own_init = "__init__" in kind.__dict__
        return dataclasses.dataclass(init=init and not own_init, eq=False, repr=False)(kind)

    return decorate if cls is None else decorate(cls)


@configspec
class ConnectionStringCredentials(CredentialsConfiguration):
    """`drivername://username:password@host:port/database?query`, whole or in parts."""

    drivername: str = None  # pyright: ignore[reportAssignmentType]
    database: str | None = None
    password: TSecretStrValue | None = None
    username: str | None = None
    host: str | None = None
    port: int | None = None
    query: dict[str, Any] | None = None

    def __init__(self, connection_string: str | Mapping[str, Any] | None = None, **parts: Any) -> None:
        """From a connection string, or from its parts as a mapping or as keywords."""
        super().__init__(**parts)
        if isinstance(connection_string, Mapping):
            self.update(connection_string)
        elif connection_string is not None:
            self.parse_native_representation(connection_string)

    def parse_native_representation(self, native_value: Any) -> None:
        """Read the connection string; the error does not quote it."""
        if not isinstance(native_value, str) or "://" not in native_value:
            message = f"the value given for `{type(self).__name__}` is not a connection string"
            raise InvalidConnectionString(message, hint="it looks like `driver://user:password@host:port/database`")
        parts = urlsplit(native_value)
        try:
            port = parts.port
        except ValueError:
            message = f"the port in the connection string for `{type(self).__name__}` is not a number"
            raise InvalidConnectionString(message) from None
        read: dict[str, Any] = {
            "drivername": parts.scheme,
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "host": parts.hostname,
            "port": port,
            "database": unquote(parts.path.removeprefix("/")) or None,
            "query": dict(parse_qsl(parts.query)) or None,
        }
        self.update({name: value for name, value in read.items() if value is not None})

    def to_native_representation(self) -> str:
        """The whole string, password included."""
        login = quote(self.username or "", safe="")
        if self.password:
            login += f":{quote(self.password, safe='')}"
        host = (self.host or "") + (f":{self.port}" if self.port else "")
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.drivername}://{login + '@' if login else ''}{host}/{self.database or ''}{query}"

    def to_url(self) -> Any:
        """The same as SQLAlchemy's `URL`, which shows no password when it is printed; a text where it is not installed."""
        try:
            from sqlalchemy.engine import make_url
        except ImportError:
            return self.to_native_representation()
        return make_url(self.to_native_representation())

    def __str__(self) -> str:
        host = (self.host or "") + (f":{self.port}" if self.port else "")
        return f"{self.drivername}://{(self.username or '') + ':***@' if self.username else ''}{host}/{self.database or ''}"


def resolve_configuration(
    config: S, *, sections: tuple[str, ...] | str = (), explicit_value: Any = None, accept_partial: bool = False
) -> S:
    """Fill `config` from an explicit value and the providers."""
    names = (sections,) if isinstance(sections, str) else sections
    with context.in_sections(context.Sections(sections=names)):
        _fill(config, explicit_value, (), accept_partial=accept_partial)
    return config


def _fill(config: BaseConfiguration, explicit: Any, embedded: tuple[str, ...], *, accept_partial: bool) -> None:
    if config.is_resolved():
        return
    if explicit is not None and not isinstance(explicit, Mapping):
        try:
            config.parse_native_representation(explicit)
        except NotImplementedError:
            message = f"`{type(config).__name__}` cannot be read from a `{type(explicit).__name__}`"
            raise InvalidNativeValue(message) from None
    given: Mapping[str, Any] = cast("Mapping[str, Any]", explicit) if isinstance(explicit, Mapping) else {}
    own = embedded or ((config.__section__,) if config.__section__ else ())
    missing: dict[str, list[tuple[str, str]]] = {}
    for name, hint in config.get_resolvable_fields().items():
        value, tried = resolve_field(name, hint, getattr(config, name, None), given.get(name), own)
        setattr(config, name, value)
        if value is None and not is_optional(hint):
            missing[name] = tried
    if missing:
        config.on_partial()
        if not config.is_resolved() and not accept_partial:
            raise ConfigFieldMissingException(type(config).__name__, missing)
        return
    config.resolve()


def resolve_field(
    name: str, hint: Any, default: Any, explicit: Any, embedded: tuple[str, ...] = ()
) -> tuple[Any, list[tuple[str, str]]]:
    """One value: the explicit one, else the configured one, else the default; and the keys tried."""
    wanted = bare(hint)
    if isinstance(wanted, type) and issubclass(wanted, BaseConfiguration):
        return _resolve_nested(name, wanted, hint, default, explicit, embedded)
    kinds = [a for a in get_args(wanted) if _is_spec(a)] if is_union(wanted) else []
    if kinds and (explicit is None or isinstance(explicit, (str, Mapping, BaseConfiguration))):
        return _resolve_one_of(name, kinds, hint, default, explicit, embedded)
    if explicit is not None:
        return explicit, []
    if getattr(get_origin(wanted) or wanted, "__is_incremental__", False):
        from gristmill.extract.incremental.wrapper import configured_incremental

        return configured_incremental(name) or default, []
    found = lookup(name, secret=is_secret(hint), embedded=embedded)
    if found.value is None:
        return default, found.tried
    return coerced(name, found.value, hint, is_text=found.provider == environ.name), found.tried


def _is_spec(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseConfiguration)


def _resolve_one_of(
    name: str,
    specs: list[type[BaseConfiguration]],
    hint: Any,
    default: Any,
    explicit: Any,
    embedded: tuple[str, ...],
) -> tuple[Any, list[tuple[str, str]]]:
    """A union with specs in it: the first that all required values are found for, or that reads the value."""
    tried: list[tuple[str, str]] = []
    if isinstance(explicit, tuple(specs)):
        specs = [type(explicit)]
    elif explicit is None:
        found = lookup(name, secret=is_secret(hint), embedded=embedded)
        tried = found.tried
        if found.value is not None and not isinstance(found.value, dict):
            explicit = found.value
    plainer = [kind for kind in get_args(bare(hint)) if not _is_spec(kind) and kind is not type(None)]
    if explicit is not None and plainer and not isinstance(explicit, (Mapping, BaseConfiguration)):
        return coerced(name, explicit, hint), tried
    refused: InvalidNativeValue | InvalidConnectionString | None = None
    for spec in specs:
        try:
            return _resolve_nested(name, spec, spec, default, explicit, embedded)[0], tried
        except ConfigFieldMissingException as error:
            tried += [key for keys in error.traces.values() for key in keys if key not in tried]
        except (InvalidNativeValue, InvalidConnectionString) as error:
            refused = refused or error
    if refused is not None:
        raise refused
    return default, tried


def _resolve_nested(
    name: str, wanted: type[BaseConfiguration], hint: Any, default: Any, explicit: Any, embedded: tuple[str, ...]
) -> tuple[Any, list[tuple[str, str]]]:
    if isinstance(explicit, BaseConfiguration) and explicit.is_resolved():
        return explicit, []
    config = default.copy() if isinstance(default, BaseConfiguration) else wanted()
    if explicit is None and default is not None and not isinstance(default, BaseConfiguration):
        explicit = default
    tried: list[tuple[str, str]] = []
    if explicit is None:
        found = lookup(name, secret=wanted.__is_credentials__, embedded=embedded)
        tried = found.tried
        if found.value is not None and not isinstance(found.value, dict):
            explicit = coerced(name, found.value, wanted)
    if isinstance(explicit, BaseConfiguration):
        explicit = {n: v for n, v in explicit.items() if v is not None}
    try:
        _fill(config, explicit, (*embedded, name), accept_partial=False)
    except ConfigFieldMissingException as error:
        with contextlib.suppress(TypeError):
            tried = [*tried, *(key for keys in error.traces.values() for key in keys)]
        if is_optional(hint):
            return None, tried
        error.suggest(key for _, key in tried)
        raise
    return config, tried
