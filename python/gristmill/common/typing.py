"""Type names for user code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Protocol, TypedDict, TypeVar

from gristmill.configuration.coerce import TSecretStrValue, TSecretValue
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

__all__ = [
    "Annotated",
    "Any",
    "AnyFun",
    "AnyType",
    "DictStrAny",
    "DictStrOptionalStr",
    "DictStrStr",
    "Literal",
    "NamedTuple",
    "NoneType",
    "NotRequired",
    "Protocol",
    "StrAny",
    "StrStr",
    "StrStrStr",
    "TAny",
    "TAnyDateTime",
    "TColumnNames",
    "TDataItem",
    "TDataItems",
    "TDataRecord",
    "TFun",
    "TRefreshMode",
    "TSecretStrValue",
    "TSecretValue",
    "TSortOrder",
    "TTableHintTemplate",
    "TypedDict",
]
