"""Whether a dict is what a `TypedDict` says."""

from __future__ import annotations

import collections.abc
import functools
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, NotRequired, Required, Union, cast, get_args, get_origin

from gristmill.exceptions import DictValidationException

__all__ = [
    "DictValidationException",
    "TCustomValidator",
    "TFilterFunc",
    "validate_dict",
    "validate_dict_ignoring_xkeys",
]

TFilterFunc = Callable[[str], bool]
TCustomValidator = Callable[[str, str, Any, Any], bool]
_LISTS = (list, collections.abc.Sequence, collections.abc.MutableSequence)
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


def validate_dict(
    spec: Any,
    doc: Mapping[str, Any],
    path: str,
    filter_f: TFilterFunc | None = None,
    validator_f: TCustomValidator | None = None,
) -> None:
    """Raise `DictValidationException` where `doc` is not what the `TypedDict` `spec` says.

    `path` stands before the places that an error names. `filter_f` picks the keys to look at, `validator_f(path, key,
    value, type)` is asked for types that are not known here: True when it looked and found nothing wrong. What may be
    None may be left out.

    >>> from typing import TypedDict
    >>> class Shop(TypedDict):
    ...     name: str
    ...     rooms: list[int] | None
    >>> validate_dict(Shop, {"name": "Berlin"}, "shop")
    >>> try:
    ...     validate_dict(Shop, {"name": "Berlin", "rooms": ["one"]}, "shop")
    ... except DictValidationException as error:
    ...     print(error.field)
    rooms[0]
    """
    module = sys.modules.get(spec.__module__)
    hints = typing.get_type_hints(spec, globalns=vars(module) if module else None)
    given = {key: value for key, value in doc.items() if filter_f is None or filter_f(key)}
    needed = {key for key in getattr(spec, "__required_keys__", hints) if not _may_be_none(hints[key])}
    if missing := sorted(needed - given.keys()):
        message = f"`{path}`: {_named(missing)} must be there"
        raise DictValidationException(message, path)
    if unknown := sorted(given.keys() - hints.keys()):
        message = f"`{path}`: {_named(unknown)} is not known; known are {_named(sorted(hints))}"
        raise DictValidationException(message, path)
    for key, value in given.items():
        _verify(_Place(path, key, filter_f, validator_f), value, hints[key])


validate_dict_ignoring_xkeys = functools.partial(validate_dict, filter_f=lambda key: not key.startswith("x-"))


class _Place(typing.NamedTuple):
    path: str
    key: str
    filter_f: TFilterFunc | None
    validator_f: TCustomValidator | None

    def refused(self, value: Any, hint: Any, what: str) -> DictValidationException:
        message = f"`{self.path}/{self.key}` {what}, and it is of type `{type(value).__name__}`"
        return DictValidationException(message, self.path, hint, self.key, value)


def _verify(place: _Place, value: Any, hint: Any) -> None:
    kinds = _kinds(hint)
    if type(None) in kinds and value is None:
        return
    kinds = [kind for kind in kinds if kind is not type(None)]
    if len(kinds) == 1:
        _verify_kind(place, value, kinds[0])
        return
    failed: list[DictValidationException] = []
    for kind in kinds:
        try:
            _verify(place, value, kind)
        except DictValidationException as error:
            error.expected_type = kind
            failed.append(error)
        else:
            return
    wanted = " or ".join(_name(kind) for kind in kinds)
    refused = place.refused(value, hint, f"must be {wanted}")
    # The one that came furthest says most.
    refused.nested_exceptions = sorted(failed, key=lambda error: error.path.count("/"), reverse=True)
    if refused.nested_exceptions[0].path != place.path:
        refused.args = (f"{refused}: {refused.nested_exceptions[0]}",)
    raise refused


def _verify_kind(place: _Place, value: Any, kind: Any) -> None:
    origin = get_origin(kind)
    if kind is Any or (isinstance(kind, type) and not typing.is_typeddict(kind) and isinstance(value, kind)):
        return
    if origin is Literal:
        if value not in get_args(kind):
            raise place.refused(value, kind, f"must be one of {_named(get_args(kind))}")
    elif origin is collections.abc.Callable or kind is collections.abc.Callable:
        if not callable(value):
            raise place.refused(value, kind, "must be a function")
    elif typing.is_typeddict(kind) or origin in (*_LISTS, *_DICTS):
        _verify_within(place, value, kind)
    elif kind in (int, bool, str, float) or not (
        place.validator_f and place.validator_f(place.path, place.key, value, kind)
    ):
        raise place.refused(value, kind, f"must be {_name(kind)}")


def _verify_within(place: _Place, value: Any, kind: Any) -> None:
    in_list = get_origin(kind) in _LISTS
    if not isinstance(value, list if in_list else dict):
        raise place.refused(value, kind, "must be a list" if in_list else f"must be a dict, {_name(kind)}")
    if typing.is_typeddict(kind):
        nested = cast("dict[str, Any]", value)
        validate_dict(kind, nested, f"{place.path}/{place.key}", place.filter_f, place.validator_f)
    elif in_list:
        for index, element in enumerate(cast("list[Any]", value)):
            _verify(place._replace(key=f"{place.key}[{index}]"), element, get_args(kind)[0])
    else:
        for name, element in cast("dict[Any, Any]", value).items():
            if not isinstance(name, str):
                raise place.refused(name, kind, "must have texts as keys")
            _verify(place._replace(key=f"{place.key}[{name}]"), element, get_args(kind)[1])


def _kinds(hint: Any) -> list[Any]:
    while get_origin(hint) in (Annotated, Required, NotRequired) or hasattr(hint, "__supertype__"):
        hint = getattr(hint, "__supertype__", None) or get_args(hint)[0]
    if get_origin(hint) in (Union, types.UnionType):
        return [kind for member in get_args(hint) for kind in _kinds(member)]
    return [hint]


def _may_be_none(hint: Any) -> bool:
    return type(None) in _kinds(hint)


def _name(kind: Any) -> str:
    return f"`{getattr(kind, '__name__', None) or kind}`"


def _named(names: Iterator[Any] | Any) -> str:
    return ", ".join(f"`{name}`" for name in names)
