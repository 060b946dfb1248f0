"""Type names for user code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from re import Pattern as REPattern
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    NotRequired,
    ParamSpec,
    Protocol,
    Self,
    TypeAlias,
    TypedDict,
    TypeVar,
    get_args,
    get_origin,
)

from gristmill.common.destination import TLoaderFileFormat
from gristmill.configuration.coerce import TSecretStrValue, TSecretValue, bare, is_optional
from gristmill.configuration.coerce import is_union as is_union_type
from gristmill.configuration.inject import ConfigValue
from gristmill.extract.items import TAny, TDataItem, TDataItems, TTableHintTemplate

AnyFun = Callable[..., Any]
DictStrAny = dict[str, Any]
DictStrStr = dict[str, str]
StrAny = Mapping[str, Any]
StrStr = Mapping[str, str]
TColumnNames = str | Sequence[str]
TAnyDateTime = Any
TSortOrder = Literal["asc", "desc"]
TRefreshMode = Literal["drop_sources", "drop_resources", "drop_data"]
TFun = TypeVar("TFun", bound=AnyFun)
TDataRecord = dict[str, Any]
StrStrStr = Mapping[str, Mapping[str, str]]
DictStrOptionalStr = dict[str, str | None]
AnyType = Any
NoneType = type(None)
TTableNames = str | Sequence[str]
StrPath = str | PathLike[str]
VARIANT_FIELD_FORMAT = "v_%s"


def is_optional_type(t: Any) -> bool:
    """Whether None is a value of this type.

    >>> is_optional_type(int | None), is_optional_type(int)
    (True, False)
    """
    return is_optional(t)


def extract_inner_type(
    hint: Any,
    preserve_new_types: bool = False,
    preserve_literal: bool = False,
    preserve_annotated: bool = False,
) -> Any:
    """The type within `Optional`, `Annotated`, new types and literals.

    >>> extract_inner_type(Literal["a", "b"] | None)
    <class 'str'>
    """
    if preserve_new_types and hasattr(hint, "__supertype__"):
        return hint
    if preserve_annotated and get_origin(hint) is Annotated:
        return hint
    found = bare(hint)
    if get_origin(found) is Literal and not preserve_literal:
        return type(get_args(found)[0])
    return found


__all__ = [
    "VARIANT_FIELD_FORMAT",
    "Annotated",
    "Any",
    "AnyFun",
    "AnyType",
    "ClassVar",
    "ConfigValue",
    "DictStrAny",
    "DictStrOptionalStr",
    "DictStrStr",
    "Generic",
    "Literal",
    "NamedTuple",
    "NoneType",
    "NotRequired",
    "ParamSpec",
    "PathLike",
    "Protocol",
    "REPattern",
    "Self",
    "StrAny",
    "StrPath",
    "StrStr",
    "StrStrStr",
    "TAny",
    "TAnyDateTime",
    "TColumnNames",
    "TDataItem",
    "TDataItems",
    "TDataRecord",
    "TFun",
    "TLoaderFileFormat",
    "TRefreshMode",
    "TSecretStrValue",
    "TSecretValue",
    "TSortOrder",
    "TTableHintTemplate",
    "TTableNames",
    "TypeAlias",
    "TypeVar",
    "TypedDict",
    "extract_inner_type",
    "get_args",
    "get_origin",
    "is_optional_type",
    "is_union_type",
]
