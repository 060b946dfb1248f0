"""Configured values come as text or toml; here they take the type that the program asks for."""

from __future__ import annotations

import contextlib
import json
import types
import typing
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from gristmill.exceptions import ConfigValueCannotBeCoercedException

_TRUE = {"true", "t", "yes", "y", "1", "on"}
_FALSE = {"false", "f", "no", "n", "0", "off"}
_PLAIN = (bool, int, float, Decimal, datetime, date, timedelta, list, dict, tuple)


class _Secret:
    """Marks a type hint as secret."""

    def __repr__(self) -> str:
        return "secret"


SecretSentinel = _Secret()
TSecretValue = Annotated[Any, SecretSentinel]
TSecretStrValue = Annotated[str, SecretSentinel]


def is_secret(hint: Any) -> bool:
    """Whether the hint, or a credentials class, says that its value is secret."""
    if get_origin(hint) is Annotated:
        return any(isinstance(a, _Secret) for a in get_args(hint)[1:]) or is_secret(get_args(hint)[0])
    if is_union(hint):
        return any(is_secret(a) for a in get_args(hint))
    return bool(getattr(hint, "__is_credentials__", False))


def is_union(hint: Any) -> bool:
    """`A | B`, in either spelling."""
    return get_origin(hint) in (Union, types.UnionType)


def is_optional(hint: Any) -> bool:
    """Whether None is a value of this type."""
    return hint is Any or (is_union(hint) and any(a is type(None) for a in get_args(hint)))


def bare(hint: Any) -> Any:
    """The hint without `Annotated`, `Optional`, `Final` and new types."""
    while True:
        origin = get_origin(hint)
        if origin is Annotated or origin is typing.Final or origin is typing.ClassVar:
            hint = get_args(hint)[0]
        elif is_union(hint):
            inner = [a for a in get_args(hint) if a is not type(None)]
            if len(inner) != 1:
                return hint
            hint = inner[0]
        elif hasattr(hint, "__supertype__"):
            hint = hint.__supertype__
        else:
            return hint


def coerced(key: str, value: Any, hint: Any, *, is_text: bool = False) -> Any:
    """`value` as the type `hint`, or an error that names the key and never the value.

    With `is_text` it comes from a place that has texts alone, like the environment: of several types it takes the first
    that it can be read as, and a text of a toml file stays a text where one is allowed.
    """
    wanted = bare(hint)
    try:
        if is_text and is_union(wanted) and str in get_args(wanted):
            value = _read_as_plain(key, value, get_args(wanted))
        return _coerced(key, value, wanted)
    except ConfigValueCannotBeCoercedException:
        raise
    except Exception:  # noqa: BLE001
        # The cause may quote the value, which may be secret: it is not chained.
        raise ConfigValueCannotBeCoercedException(key, wanted) from None


def _coerced(key: str, value: Any, wanted: Any) -> Any:  # noqa: C901, PLR0911, PLR0912
    if wanted is Any or wanted is None or isinstance(wanted, typing.TypeVar):
        return value
    if is_union(wanted):
        return _first_that_fits(key, value, get_args(wanted))
    origin = get_origin(wanted) or wanted
    if origin is Literal:
        options = get_args(wanted)
        for option in options:
            if str(option) == str(value):
                return option
        raise ConfigValueCannotBeCoercedException(key, wanted)
    if not isinstance(origin, type):
        return value
    if typing.is_typeddict(origin):
        origin = dict
    if hasattr(origin, "parse_native_representation"):
        return _as_spec(origin, value)
    if isinstance(value, origin) and not (origin is int and isinstance(value, bool)):
        return value
    if origin is bool:
        return _as_bool(value)
    if origin is str:
        return str(value) if not isinstance(value, (dict, list)) else json.dumps(value)
    if origin in (int, float, Decimal):
        number = Decimal(str(value).strip())
        if origin is int and number != int(number):
            raise ConfigValueCannotBeCoercedException(key, wanted)
        return origin(number)
    if origin is datetime:
        return datetime.fromisoformat(str(value))
    if origin is date:
        return date.fromisoformat(str(value))
    if origin is timedelta:
        return timedelta(seconds=float(value))
    if origin is bytes:
        return str(value).encode()
    if isinstance(value, str) and (origin in (list, dict, tuple) or hasattr(origin, "__iter__")):
        value = json.loads(value.replace("(", "[").replace(")", "]") if origin is tuple else value)
    if origin is tuple and isinstance(value, list):
        return tuple(cast("list[Any]", value))
    if isinstance(value, origin):
        return cast("Any", value)
    if isinstance(value, (list, dict)) or hasattr(origin, "__abstractmethods__"):
        raise ConfigValueCannotBeCoercedException(key, wanted)
    return value


def _first_that_fits(key: str, value: Any, options: tuple[Any, ...]) -> Any:
    for option in options:
        origin = get_origin(option) or option
        if isinstance(origin, type) and type(value) is origin:
            return value
    for option in options:
        try:
            return coerced(key, value, option)
        except ConfigValueCannotBeCoercedException:
            continue
    raise ConfigValueCannotBeCoercedException(key, Union[options])  # noqa: UP007


# `5` for `int | str` is a number, `abc` a text; credentials are read where texts may stand for them.
def _read_as_plain(key: str, value: str, options: tuple[Any, ...]) -> Any:
    for option in options[: options.index(str)]:
        if (get_origin(option) or option) not in _PLAIN or (option is bool and value.lower() not in ("true", "false")):
            continue
        with contextlib.suppress(ConfigValueCannotBeCoercedException):
            return coerced(key, value, option)
    return value


def _as_bool(value: Any) -> bool:
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(text)


def _as_spec(kind: Any, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    made = kind()
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = json.loads(value)
    if isinstance(value, dict):
        made.update(value)
    else:
        made.parse_native_representation(value)
    return made


def guessed(text: str) -> Any:
    """What a text stands for when nobody says its type: a truth, a number, a list, a dict, or itself.

    >>> guessed("true"), guessed("12"), guessed("1.5"), guessed('{"a": 1}'), guessed("a")
    (True, 12, 1.5, {'a': 1}, 'a')
    """
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.lower().startswith("0x"):
        with contextlib.suppress(ValueError):
            return int(text, 16)
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, (list, dict)):
            return cast("Any", found)
    return text
