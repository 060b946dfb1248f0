"""Arguments that are not passed come from configuration.

An argument takes part when it has a default: `dlt.config.value` and `dlt.secrets.value` must be found somewhere, any
other default stands when nothing is found. Arguments without a default are the caller's business.
"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeVar, cast

from gristmill import context
from gristmill.configuration.coerce import SecretSentinel, bare, is_optional, is_secret, is_union
from gristmill.configuration.spec import BaseConfiguration, resolve_configuration, resolve_field
from gristmill.exceptions import ConfigFieldMissingException

F = TypeVar("F", bound=Callable[..., Any])


class ConfigValueSentinel:
    """The default that says: take this from configuration."""

    def __init__(self, *, secret: bool) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        kind = "SecretValue(dlt.secrets.value)" if self.secret else "ConfigValue(dlt.config.value)"
        return f"{kind} awaiting injection"


ConfigValue: Any = ConfigValueSentinel(secret=False)
SecretValue: Any = ConfigValueSentinel(secret=True)


class Argument(NamedTuple):
    """An argument that configuration may fill."""

    name: str
    hint: Any
    default: Any
    required: bool


def arguments_of(function: Callable[..., Any], skip: tuple[str, ...] = ()) -> list[Argument]:
    """The arguments of `function` that configuration may fill."""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except Exception:  # noqa: BLE001
        # An annotation that names something unknown here says nothing about the argument's type.
        hints = dict(getattr(function, "__annotations__", {}))
    found: list[Argument] = []
    for p in inspect.signature(function).parameters.values():
        if p.default is p.empty or p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL) or p.name in skip:
            continue
        hint = hints.get(p.name, Any)
        if isinstance(hint, str) or not _is_configurable(hint):
            hint = Any if isinstance(hint, str) else None
        if hint is None:
            continue
        if isinstance(p.default, ConfigValueSentinel):
            secret = p.default.secret and not is_secret(hint)
            found.append(
                Argument(
                    p.name,
                    Annotated[hint, SecretSentinel] if secret else hint,
                    None,
                    not is_optional(hint) or hint is Any,
                )
            )
        else:
            if hint is Any and p.default is not None:
                hint = type(p.default)
                if not _is_configurable(hint):
                    continue
            found.append(Argument(p.name, hint, p.default, required=False))
    return found


def _is_configurable(hint: Any) -> bool:
    wanted = bare(hint)
    if typing.is_typeddict(wanted):
        return True
    if wanted is Any or not isinstance(wanted, type):
        return wanted is Any or typing.get_origin(wanted) is not Callable
    if hasattr(wanted, "__is_incremental__"):
        return False
    from_std = wanted.__module__ in ("builtins", "datetime", "decimal", "collections.abc", "typing", "uuid")
    return issubclass(wanted, BaseConfiguration) or (from_std and wanted is not type(lambda: None))


def inject(function: Callable[..., Any], arguments: list[Argument], bound: inspect.BoundArguments) -> None:
    """Fill what `bound` leaves open; raise one error that lists all that is missing."""
    missing: dict[str, list[tuple[str, str]]] = {}
    for argument in arguments:
        explicit = bound.arguments.get(argument.name)
        given = argument.name in bound.arguments and not isinstance(explicit, ConfigValueSentinel)
        if given and (explicit is None or not _is_spec(argument.hint)):
            continue
        value, tried = resolve_field(argument.name, argument.hint, argument.default, explicit if given else None)
        if value is None and argument.required:
            missing[argument.name] = tried
        bound.arguments[argument.name] = value
    if missing:
        raise ConfigFieldMissingException(getattr(function, "__qualname__", str(function)), missing)


def _is_spec(hint: Any) -> bool:
    wanted = bare(hint)
    if is_union(wanted):
        return any(_is_spec(kind) for kind in typing.get_args(wanted))
    return isinstance(wanted, type) and issubclass(wanted, BaseConfiguration)


def with_config(
    func: Any = None,
    /,
    spec: type[BaseConfiguration] | None = None,
    sections: tuple[str, ...] | str = (),
    sections_merge_style: context.MergeStyle = "incoming",
    include_defaults: bool = True,
    *,
    skip: tuple[str, ...] = (),
    **unused: Any,
) -> Any:
    """Decorate a function so that its open arguments come from configuration."""
    del unused
    names = (sections,) if isinstance(sections, str) else sections

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        arguments = arguments_of(function, skip)
        if not include_defaults:
            arguments = [a for a in arguments if a.required]
        if not arguments and spec is None:
            return function

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind_partial(*args, **kwargs)
            with context.in_sections(context.Sections(sections=names), sections_merge_style):
                if spec is not None:
                    _inject_spec(spec, signature, bound)
                else:
                    inject(function, arguments, bound)
            return function(*bound.args, **bound.kwargs)

        return cast("F", call)

    return decorate if func is None else decorate(func)


def _inject_spec(spec: type[BaseConfiguration], signature: inspect.Signature, bound: inspect.BoundArguments) -> None:
    given = {n: v for n, v in bound.arguments.items() if not isinstance(v, ConfigValueSentinel)}
    config = resolve_configuration(spec(), explicit_value=given)
    for p in signature.parameters.values():
        if p.annotation in (spec, spec.__name__):
            bound.arguments[p.name] = given.get(p.name, config)
        elif p.name in config and p.name not in given:
            bound.arguments[p.name] = config[p.name]
